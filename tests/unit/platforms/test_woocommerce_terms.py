from connector.platforms.woocommerce.terms import TaxRate, Term, base_rates, category_tree


def rate(percent: str, **changes: object) -> TaxRate:
    return TaxRate(**{"id": 1, "country": "NL", "rate": percent, **changes})  # type: ignore[arg-type]


def test_the_rate_of_the_base_country_holds() -> None:
    table = [rate("21.0000"), rate("19.0000", id=2, country="DE")]

    assert base_rates(table, "NL", "") == {"standard": "21"}


def test_each_class_has_its_own_rate() -> None:
    table = [rate("21"), rate("9", tax_class="reduced-rate"), rate("0", tax_class="zero-rate")]

    assert base_rates(table, "NL", "") == {"standard": "21", "reduced-rate": "9", "zero-rate": "0"}


def test_rates_of_several_priorities_add_up() -> None:
    table = [rate("5", country="CA"), rate("9.975", country="CA", state="QC", priority=2, id=2)]

    assert base_rates(table, "CA", "QC") == {"standard": "14.975"}


def test_a_compound_rate_lies_on_top_of_the_others() -> None:
    table = [rate("10"), rate("10", priority=2, id=2, compound=True)]

    assert base_rates(table, "NL", "") == {"standard": "21"}


def test_a_rate_for_one_town_says_nothing_about_the_shop() -> None:
    assert base_rates([rate("8.875", cities=("NEW YORK",))], "NL", "") == {}


def test_the_own_country_goes_before_everywhere() -> None:
    table = [rate("21", id=2), rate("20", country="")]

    assert base_rates(table, "NL", "") == {"standard": "21"}


def test_a_rate_that_is_no_number_counts_nothing() -> None:
    assert base_rates([rate("veel")], "NL", "") == {"standard": "0"}


def test_a_category_that_is_its_own_ancestor_ends() -> None:
    tree = category_tree([Term(1, "A", "a", 2), Term(2, "B", "b", 1)])

    assert tree[1].path == ("B", "A")


def test_category_keys_outlive_a_new_name() -> None:
    before, after = (category_tree([Term(1, name, "pannen")])[1] for name in ("Pannen", "Woks"))

    assert (before.key, after.key, after.name) == ("pannen", "pannen", "Woks")
