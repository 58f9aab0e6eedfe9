"""On the command line a remedy speaks of commands and options, not of forms."""

import pkgutil
import re
from importlib import import_module

import pytest

import connector
import gateway
import regie
import storefront
from connector.model.errors import InvalidInput, RegieError
from regie.cli.remedies import _OF_CODE, _OF_FIELD, remedy, told
from storefront.fulfillment.errors.place import BadStore
from storefront.fulfillment.order.order import BadOrder

_FORM = re.compile(
    r"save again|send it again|page anew|Correct the field[.:;]|Correct the field and"
)


@pytest.fixture(scope="module", autouse=True)
def _all_rooms() -> None:
    """Bring in every module: an error is known only where its module is."""
    for room in (connector, gateway, regie, storefront):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                import_module(module.name)


def everything(kind: type[RegieError] = RegieError) -> set[type[RegieError]]:
    return {kind}.union(*(everything(one) for one in kind.__subclasses__()))


@pytest.mark.parametrize("kind", [BadStore, BadOrder])
def test_no_remedy_of_a_command_tells_to_save_a_form(kind: type[RegieError]) -> None:
    assert _FORM.search(kind.remedy)
    assert not _FORM.search(remedy(kind("It cannot stand.", field="x")))


def test_of_all_errors_none_speaks_of_a_form_on_the_command_line() -> None:
    sent_by_forms = {"form_expired", "session_token_refused", "part_not_found"}
    speaking = {
        kind.code
        for kind in everything()
        if kind.code not in sent_by_forms and _FORM.search(_OF_CODE.get(kind.code) or kind.remedy)
    }

    assert speaking == set()


def test_every_remedy_of_the_command_line_belongs_to_an_error() -> None:
    codes = {kind.code for kind in everything()}

    assert {*_OF_CODE, *(code for code, _ in _OF_FIELD)} <= codes


def test_the_field_decides_before_the_code() -> None:
    error = BadStore("Say which location: A, B.", field="location")

    assert told(error) == "Say which location: A, B. Give one of them with --location."


def test_an_error_without_words_of_its_own_keeps_its_remedy() -> None:
    assert told(InvalidInput("There is no such role.", field="role")) == "There is no such role."
