"""Long lists in short sentences."""

from collections.abc import Iterator

from seqtui.readers.listing import listed, shortened


def test_a_list_says_that_there_is_more_and_makes_no_more_than_that_takes() -> None:
    made = []

    def names() -> Iterator[str]:
        for name in "abcdef":
            made.append(name)
            yield name

    assert listed(names(), 3) == "a, b, c …"
    assert made == ["a", "b", "c", "d"]
    assert listed(["a", "b", "c"], 3, "; ") == "a; b; c"
    assert listed([], 3) == ""


def test_sentences_that_are_left_out_are_counted() -> None:
    assert shortened(["a", "b"], 2, "like these") == ["a", "b"]
    assert shortened(["a"] * 1003, 2, "like these") == ["a", "a", "and 1,001 more like these"]
