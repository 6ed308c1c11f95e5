"""The tour: train, measure, print, and write the page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from micrograd_act import __version__, affine_map, data, identity
from micrograd_act.commands.folder import whole_folder
from micrograd_act.commands.measuring import measure
from micrograd_act.commands.nets import HIDDEN, ResidualNet, Split, train
from micrograd_act.commands.page import page
from micrograd_act.commands.pictures import neuron, twin_block
from micrograd_act.commands.progress import progress
from micrograd_act.commands.story import Story
from micrograd_act.commands.tables import as_text, side_by_side
from micrograd_act.commands.wording import counted

STEPPER = "neuron.html"
PICTURES = ("neuron.svg", "twin.svg", "training.svg", "gradient.svg")


def tour(
    out: Path, activation: Any, dataset: data.Dataset, depth: int, epochs: int, seed: int
) -> None:
    """Take the tour and write it to the folder `out`.

    Raises
    ------
    OSError
        If the folder cannot be written; it is then as it was.
    """
    with whole_folder(out, ("index.html", STEPPER, *PICTURES)) as draft:
        story = _told(activation, dataset, depth, epochs, seed)
        pictures = story.pictures()
        title = f"Identity and {activation.name}: what an activation does to a gradient"
        html = page(
            title,
            story.lead(),
            story.sections(pictures),
            story.footer(__version__, PICTURES),
        )
        files = {"index.html": html, STEPPER: story.stepper(), **pictures}
        for name, content in files.items():
            (draft / name).write_bytes(content.encode("utf-8"))
    print(_heading(story))
    print()
    print(as_text(story.rows, story.names))
    print()
    print(f"wrote {out / 'index.html'} and {len(pictures)} pictures")


def _told(activation: Any, dataset: data.Dataset, depth: int, epochs: int, seed: int) -> Story:
    split = Split.of(dataset, seed)
    nets, pair = [], []
    for op in (identity, activation):
        net = ResidualNet(op, dataset.X.shape[1], len(dataset.target_names), depth, seed)
        history = train(net, split, epochs, progress(f"training {op.name}", epochs, sys.stderr))
        nets.append(net)
        pair.append(measure(op.name, net, split, history))
    affine = affine_map(nets[0], np.zeros(dataset.X.shape[1]))
    proof = float(np.abs(nets[0](split.rows).numpy() - affine(split.rows)).max())
    return Story(
        split=split,
        depth=depth,
        pair=pair,
        rows=side_by_side(pair, proof),
        affine=affine,
        proof=proof,
        neuron=neuron(activation, split, seed),
        twin=twin_block(activation, split, seed),
        command=f"micrograd-act tour --data {dataset.name} --activation {activation.name} "
        f"--depth {depth} --epochs {epochs} --seed {seed}",
    )


def _heading(story: Story) -> str:
    dataset = story.split.dataset
    rows, features = dataset.X.shape
    classes = len(dataset.target_names)
    return (
        f"{dataset.name}: {rows} rows, {features} features, {classes} classes; "
        f"{len(story.split.y_test)} rows held out\n"
        f"residual net {features}-{HIDDEN}-{classes} with {counted(story.depth, 'block')} "
        "h = h + f(W h + b), twice from the same weights"
    )
