"""What shuts somebody out of a page, as axe-core sees it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "audit" / "node_modules" / "axe-core" / "axe.min.js"
WITH_AXE = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed in tests/audit")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_SERIOUS = """async (rules) => (await axe.run(
    document, { resultTypes: ['violations'], ...(rules.length ? { runOnly: rules } : {}) }
  )).violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => [one.id, one.nodes[0].html.slice(0, 200)])"""


def faults(page: Page, what: str, rules: Sequence[str] = ()) -> list[tuple[str, object]]:
    """Return what is serious on a page as it is now, each with the name of the state.

    `rules` are the tags of those that count; none means all that axe-core has.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.context.add_init_script(path=AXE)  # the next page here has it without half a megabyte
        page.evaluate(AXE.read_text("utf-8"))
    return [(what, one) for one in page.evaluate(_SERIOUS, rules)]
