import itertools
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_act import Value, concatenate, tensor
from micrograd_act.drawing import layering
from micrograd_act.drawing.aligning import align
from micrograd_act.drawing.faces import pill_size
from micrograd_act.drawing.layering import build, crossings, node_ranks
from micrograd_act.drawing.layout import Extent, Joint, arrange
from micrograd_act.drawing.placing import Placed, place
from micrograd_act.drawing.routing import ARROW, Spline
from micrograd_act.graph.node import Node
from tests.drawing.graphs import (
    REFERENCE,
    any_overlap,
    neuron,
    node_rects,
    panel,
    pill_rects,
    placed,
    residual,
    scalar_mlp,
    skip,
    square,
    tangled,
)


@pytest.fixture(params=[*REFERENCE, "skip down", "mlp down", "tensor down"], scope="module")
def picture(request: pytest.FixtureRequest) -> Placed:
    name, *down = request.param.split()
    return place([panel(REFERENCE[name]())], turned=bool(down))[0]


def test_no_two_boxes_and_pills_overlap(picture: Placed) -> None:
    solid = [rect for rects in node_rects(picture) for rect in rects]
    pills = [rect for rect in pill_rects(picture) if rect is not None]
    assert any_overlap(solid) is None
    assert any_overlap([*solid, *pills]) is None


def test_no_edge_runs_through_a_node_a_text_or_another_pill(picture: Placed) -> None:
    rects = node_rects(picture)
    pills = pill_rects(picture)
    index = {box.id: number for number, box in enumerate(picture.panel.boxes)}
    for number, (arrow, route) in enumerate(
        zip(picture.panel.arrows, picture.layout.routes, strict=True)
    ):
        ends = {index[arrow.source], index[arrow.target]}
        forbidden = [
            rect
            for node, found in enumerate(rects)
            for rect in (found[1:] if node in ends else found)
        ]
        forbidden += [rect for other, rect in enumerate(pills) if rect and other != number]
        left, right = route.line.points[0][0], route.line.points[-1][0]
        for step in range(401):
            x = left + (right - left) * step / 400
            y = route.line.at(x)
            hit = [r for r in forbidden if r[0] < x < r[1] and r[2] - 3 < y < r[3] + 3]
            assert not hit, f"edge {number} at ({x:.0f}, {y:.0f}) runs through {hit}"


def test_an_edge_starts_and_ends_on_its_nodes_and_meets_its_pill(picture: Placed) -> None:
    rects = node_rects(picture)
    index = {box.id: number for number, box in enumerate(picture.panel.boxes)}
    for arrow, route in zip(picture.panel.arrows, picture.layout.routes, strict=True):
        start, end = route.line.points[0], route.line.points[-1]
        source, target = rects[index[arrow.source]][0], rects[index[arrow.target]][0]
        assert start[0] == pytest.approx(source[1])
        assert source[2] <= start[1] <= source[3]
        assert end[0] == pytest.approx(target[0])
        assert target[2] <= end[1] <= target[3]
        head = route.line.points[-2]  # the arrowhead lies level
        assert (head[1], end[0] - head[0] >= ARROW - 0.1) == (end[1], True)
        if arrow.local is not None:
            assert route.line.at(route.pill[0]) == pytest.approx(route.pill[1], abs=0.01)
            along = pill_size(arrow)[picture.turned]
            assert route.pill[0] + along / 2 <= head[0] - 8


def test_edges_run_to_the_right_and_everything_is_inside(picture: Placed) -> None:
    layout = picture.layout
    for route in layout.routes:
        xs = [x for x, _ in route.line.points]
        assert xs == sorted(xs)
    for rects in node_rects(picture):
        for left, right, top, bottom in rects:
            assert left >= -0.01
            assert right <= layout.width + 0.01
            assert top >= -0.01
            assert bottom <= layout.height + 0.01


def test_texts_under_a_sign_hang_over_a_column_of_pills() -> None:
    picture = placed(neuron())
    place_of = {box.symbol: n for n, box in enumerate(picture.panel.boxes)}
    times = place_of["×"]
    (route,) = [
        route
        for arrow, route in zip(picture.panel.arrows, picture.layout.routes, strict=True)
        if arrow.source == picture.panel.boxes[times].id
    ]
    text, pill = picture.extents[times].half, pill_size(picture.panel.arrows[0])[0] / 2
    apart = route.pill[0] - picture.layout.nodes[times][0]
    assert picture.extents[times].reach + pill < apart < text + pill


def test_inputs_stand_next_to_their_consumer() -> None:
    #  0 and 1 feed a chain 3 - 4 - 5 - 6; leaf 2 is used by 6 only.
    edges = [(0, 3), (1, 3), (3, 4), (4, 5), (5, 6), (2, 6)]
    assert node_ranks(7, edges, [False] * 7) == [0, 0, 3, 1, 2, 3, 4]


def test_what_is_computed_from_leaves_only_stands_next_to_its_consumer() -> None:
    edges = [(0, 2), (2, 7), (1, 3), (3, 4), (4, 5), (5, 6), (6, 7)]
    ranks = node_ranks(8, edges, [False] * 8)
    assert (ranks[0], ranks[2], ranks[7]) == (3, 4, 5)


def test_many_leaves_stand_next_to_their_consumers() -> None:
    # Nine leaves of the first column, a tenth that the second column uses.
    edges = [*((leaf, 10 + leaf // 3) for leaf in range(9)), (10, 13), (9, 13), (11, 13), (12, 13)]
    assert node_ranks(14, edges, [False] * 14) == [0] * 9 + [1, 1, 1, 1, 2]
    few = [(0, 3), (1, 3), (3, 4), (2, 4)]
    assert node_ranks(5, few, [False] * 5)[2] == 0


def test_no_start_is_worse_than_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for starts in (0, 12):
        monkeypatch.setattr(layering, "_STARTS", starts)
        found.append([_crossings_of(REFERENCE[name]()) for name in ("micrograd", "tangled", "mlp")])
    assert all(b <= a for a, b in zip(*found, strict=True))
    assert found[0] != found[1]
    monkeypatch.undo()
    assert found[1] == [_crossings_of(REFERENCE[n]()) for n in ("micrograd", "tangled", "mlp")]


def _crossings_of(root: Node) -> int:
    drawn = panel(root)
    index = {box.id: n for n, box in enumerate(drawn.boxes)}
    edges = [(index[arrow.source], index[arrow.target]) for arrow in drawn.arrows]
    return crossings(build(len(drawn.boxes), edges, [False] * len(drawn.boxes)))


def test_a_leaf_used_in_the_first_two_columns_joins_the_list_of_leaves() -> None:
    edges = [(0, 3), (1, 3), (3, 4), (2, 4)]
    assert node_ranks(5, edges, [False] * 5) == [0, 0, 0, 1, 2]
    assert node_ranks(5, edges, [False, False, True, False, False]) == [0, 0, 1, 1, 2]


def test_a_tree_has_no_crossing() -> None:
    draw = random.Random(3)
    parents = [(child, draw.randrange(child)) for child in range(1, 80)]
    edges = [(79 - child, 79 - parent) for child, parent in parents]
    assert crossings(build(80, sorted(edges), [False] * 80)) == 0


def test_crossings_are_counted_as_by_definition() -> None:
    draw = random.Random(5)
    edges = sorted((draw.randrange(10), draw.randrange(10, 20)) for _ in range(30))
    layers = build(20, edges, [False] * 20)
    where = layers.where
    found = 0
    for column in layers.columns:
        segments = [(where[a], where[b]) for a in column for b in layers.right[a]]
        pairs = itertools.combinations(segments, 2)
        found += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in pairs)
    assert crossings(layers) == found > 0


def test_sweeps_remove_avoidable_crossings() -> None:
    # Ten separate chains whose nodes are numbered in a shuffled order.
    order = list(range(10))
    random.Random(2).shuffle(order)
    edges = [(i, 10 + order[i]) for i in range(10)] + [(10 + order[i], 20 + i) for i in range(10)]
    assert crossings(build(30, edges, [False] * 30)) == 0


def test_the_identity_path_of_a_residual_net_is_one_line() -> None:
    picture = placed(residual(12))
    trunk = [
        place[1]
        for box, place in zip(picture.panel.boxes, picture.layout.nodes, strict=True)
        if box.symbol == "+" or box.label == "x"
    ]
    assert len(trunk) == 13
    assert max(trunk) - min(trunk) < 0.01
    skips = [
        route.line.points
        for arrow, route in zip(picture.panel.arrows, picture.layout.routes, strict=True)
        if arrow.effect == "always 1" and len({y for _, y in route.line.points}) == 1
    ]
    assert len(skips) == 12


@given(st.randoms(use_true_random=False))
def test_skips_are_level_whatever_stands_beside_them(draw: random.Random) -> None:
    joints, trunk, count = [], [0], 1
    for _ in range(draw.randint(1, 3)):
        ends = []
        for _ in range(draw.randint(1, 4)):
            last = trunk[-1]
            for _ in range(draw.randint(1, 3)):
                joints.append(Joint(last, count, (40.0, 31.0)))
                last, count = count, count + 1
            ends.append(last)
        joints += [Joint(end, count, (40.0, 31.0)) for end in ends]
        joints.insert(draw.randint(0, len(joints)), Joint(trunk[-1], count, (40.0, 31.0), 2))
        trunk.append(count)
        count += 1
    halves = (draw.uniform(15, 90) for _ in range(count))
    places = arrange([Extent(h, h, h, h, 0.7 * h) for h in halves], joints).nodes
    assert {round(places[node][1], 3) for node in trunk} == {round(places[0][1], 3)}


@pytest.mark.parametrize("root", [neuron, skip])
def test_the_first_operand_stands_above_the_second(root: Callable[[], Value]) -> None:
    picture = placed(root())
    heights = {
        box.label: place[1]
        for box, place in zip(picture.panel.boxes, picture.layout.nodes, strict=True)
    }
    assert heights["x"] < heights["w"] < heights["b"]


def test_long_edges_run_straight() -> None:
    found = panel(tangled(60))
    index = {box.id: number for number, box in enumerate(found.boxes)}
    edges = [(index[arrow.source], index[arrow.target]) for arrow in found.arrows]
    layers = build(len(index), edges, [False] * len(index))
    ten = [10.0] * len(layers.rank)
    heights = align(layers, edges, ten, ten, lambda a, b: 5.0)
    bent = [c for c in layers.chains if len({round(heights[item], 3) for item in c}) > 1]
    assert sum(len(c) > 1 for c in layers.chains) > 15
    assert len(bent) == 0


def test_swapping_neighbours_removes_what_sweeps_leave() -> None:
    found = panel(tangled(100))
    index = {box.id: number for number, box in enumerate(found.boxes)}
    edges = [(index[arrow.source], index[arrow.target]) for arrow in found.arrows]
    layers = build(len(index), edges, [False] * len(index))
    assert crossings(layers) <= 55  # 59 by sweeps alone


def test_edges_into_one_node_keep_their_order() -> None:
    parts = [tensor([float(i), 2.0], requires_grad=True, label=f"t{i}") for i in range(6)]
    y = concatenate(parts)
    picture = placed(y)
    lines = [route.line for route in picture.layout.routes]
    lines.sort(key=lambda line: line.points[0][1])
    for above, below in itertools.pairwise(lines):
        left, right = above.points[0][0], above.points[-1][0]
        xs = [left + (right - left) * step / 100 for step in range(101)]
        assert all(above.at(x) < below.at(x) for x in xs)


def test_both_edges_of_a_square_are_visible() -> None:
    first, second = placed(square()).layout.routes
    assert abs(first.pill[1] - second.pill[1]) > 31
    assert first.line.points[0] != second.line.points[0]
    assert first.line.points[-1] != second.line.points[-1]


def test_a_list_of_leaves_has_one_width_and_one_edge() -> None:
    picture = placed(skip())
    leaves = [n for n, box in enumerate(picture.panel.boxes) if box.kind != "op" and not box.op]
    assert len({picture.extents[n].half for n in leaves}) == 1
    assert len({picture.layout.nodes[n][0] for n in leaves}) == 1


def test_twins_share_their_places() -> None:
    left, right = place([panel(skip()), panel(skip())])
    assert left.layout == right.layout
    assert left.extents == right.extents


def test_a_thousand_nodes() -> None:
    root = scalar_mlp(6, 13, 11, 4)
    picture = placed(root)
    assert len(picture.panel.boxes) > 800
    assert len(set(picture.layout.nodes)) == len(picture.panel.boxes)


def test_many_long_edges_need_no_lane_each() -> None:
    count = 600
    edges = [(0, i) for i in range(1, count)] + [(i, i + 1) for i in range(1, count - 1)]
    layout = arrange([Extent(20, 20, 20, 20, 10)] * count, [Joint(a, b) for a, b in edges])
    assert len(layout.routes) == len(edges)


def test_nothing_has_no_size() -> None:
    assert arrange([], []).width == 0


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(-200, 200)), min_size=2, max_size=9))
def test_a_line_never_leaves_the_height_between_two_of_its_points(
    steps: list[tuple[int, int]],
) -> None:
    xs = itertools.accumulate(step for step, _ in steps)
    points = [(float(x), float(y)) for x, (_, y) in zip(xs, steps, strict=True)]
    spline = Spline.through(points)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        assert spline.at(x0) == pytest.approx(y0)
        for step in range(11):
            y = spline.at(x0 + (x1 - x0) * step / 10)
            assert min(y0, y1) - 1e-6 <= y <= max(y0, y1) + 1e-6


@settings(max_examples=50)
@given(st.integers(1, 40), st.integers(0, 80), st.randoms(use_true_random=False))
def test_any_graph_is_laid_out_without_overlap(count: int, links: int, draw: random.Random) -> None:
    edges = []
    for _ in range(links if count > 1 else 0):
        target = draw.randrange(1, count)
        edges.append((draw.randrange(target), target))
    sizes = [Extent(h, h, h / 2, h, h / 3) for h in (draw.uniform(10, 90) for _ in range(count))]
    layout = arrange(sizes, [Joint(a, b, (40.0, 31.0), draw.randrange(3)) for a, b in edges])
    boxes = [
        (x - s.half, x + s.half, y - s.up, y + s.down)
        for s, (x, y) in zip(sizes, layout.nodes, strict=True)
    ]
    pills = [(x - 20, x + 20, y - 15.5, y + 15.5) for x, y in (r.pill for r in layout.routes)]
    assert any_overlap([*boxes, *pills]) is None
    for number, ((source, target), route) in enumerate(zip(edges, layout.routes, strict=True)):
        others = [box for node, box in enumerate(boxes) if node not in (source, target)]
        others += pills[:number] + pills[number + 1 :]
        left, right = route.line.points[0][0], route.line.points[-1][0]
        for step in range(101):
            x = left + (right - left) * step / 100
            y = route.line.at(x)
            assert not any(a < x < b and top < y < bottom for a, b, top, bottom in others)
