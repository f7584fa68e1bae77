"""Tables."""

from training.markdown import table


def test_a_table_is_markdown_and_straight() -> None:
    found = table(["name", "value"], [["a", "1.25"], ["longer name", "10.00"]])
    assert found.splitlines() == [
        "| name        | value |",
        "|-------------|------:|",
        "| a           |  1.25 |",
        "| longer name | 10.00 |",
    ]
