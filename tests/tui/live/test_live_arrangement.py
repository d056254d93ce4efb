"""Where panels stand, for every size, order and wish; and what a strange memory can do to it."""

from hypothesis import given
from hypothesis import strategies as st

from seqtui.tui.live.arrangement import PANELS, Arrangement, Place

names = st.sampled_from(PANELS)
arrangements = st.builds(
    Arrangement,
    st.permutations(PANELS).map(tuple),
    st.sets(names, max_size=len(PANELS) - 1).map(frozenset),
    st.one_of(st.just(""), names),
    st.one_of(st.just(""), names),
)
widths, heights = st.integers(30, 300), st.integers(10, 90)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["order", "hidden", "x"]), inner),
    max_leaves=12,
)


def covered(places: tuple[Place, ...]) -> list[tuple[int, int]]:
    return [
        (x, y)
        for place in places
        for x in range(place.x, place.x + place.width)
        for y in range(place.y, place.y + place.height)
    ]


@given(arrangements, widths, heights)
def test_panels_fill_the_area_and_never_overlap(arrangement: Arrangement, width: int, height: int) -> None:
    places = arrangement.places(width, height)
    cells = covered(places)
    assert len(cells) == len(set(cells)) == width * height
    assert len({place.name for place in places}) == len(places)


@given(arrangements, names, widths, heights)
def test_a_panel_that_is_called_is_seen(arrangement: Arrangement, name: str, width: int, height: int) -> None:
    assert name in arrangement.called(name, width, height).seen(width, height)


@given(arrangements, names, st.sampled_from([-1, 1]), widths, heights)
def test_moving_keeps_every_panel(arrangement: Arrangement, name: str, step: int, width: int, height: int) -> None:
    for moved in (arrangement.moved(name, step, width, height), arrangement.moved_down(name, step, width, height)):
        assert sorted(moved.order) == sorted(PANELS)


@given(arrangements)
def test_what_is_remembered_comes_back(arrangement: Arrangement) -> None:
    again = Arrangement.remembered(arrangement.to_remember())
    assert (again.order, again.hidden) == (arrangement.order, arrangement.hidden)


@given(json_values)
def test_any_memory_gives_a_layout(found: object) -> None:
    assert Arrangement.remembered(found).places(120, 40)


def test_the_small_terminal_shows_loss_sample_and_scores() -> None:
    assert Arrangement().seen(80, 20) == ("loss", "sample", "scores")


def test_the_usual_terminal_is_the_wireframe() -> None:
    assert Arrangement().seen(120, 35) == PANELS[:7]


def test_large_terminals_show_all() -> None:
    assert Arrangement().seen(200, 56) == PANELS
    assert Arrangement().seen(250, 66) == PANELS


def test_a_guest_takes_a_box_and_moves_nothing_else() -> None:
    before, after = Arrangement().places(80, 20), Arrangement().called("gates", 80, 20).places(80, 20)
    assert [(place.x, place.y, place.width, place.height) for place in before] == [
        (place.x, place.y, place.width, place.height) for place in after
    ]
    assert [place.name for place in after] == ["loss", "gates", "scores"]


def test_hidden_panels_leave_their_room_and_the_last_one_stays() -> None:
    arrangement = Arrangement()
    for name in PANELS:
        arrangement = arrangement.without(name)
    assert arrangement.seen(200, 60) == ("log",)
    assert Arrangement().without("loss").seen(80, 20) == ("gradients", "sample", "scores")


def test_a_moved_panel_changes_places_with_its_neighbor() -> None:
    assert Arrangement().moved("loss", 1, 120, 35).seen(120, 35)[:2] == ("gradients", "loss")
    assert Arrangement().moved_down("loss", 1, 120, 35).seen(120, 35)[0] == "lags"
