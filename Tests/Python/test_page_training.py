"""The view of a training, used as a person does."""

import json
import re

import numpy as np
import pytest
from browsing import fragment_of, go_to, open_page, screenshot, settle, take_away

TRAINING = {"optimizer": "sgd", "learning_rate": 0.5, "epochs": 60, "batch_size": None,
            "fault": None, "compare": None}
LONG = 60_000


@pytest.fixture
def train(new_page, address):
    """train(training, …): the page with that training, as a link brings it; it has not begun."""

    def opened(training=None, state=None, **settings):
        page = new_page(**settings)
        told = {"view": "training", "training": TRAINING | (training or {}), **(state or {})}
        open_page(page, address, fragment_of(told))
        settle(page)
        return page

    return opened


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def epoch_of(page):
    text = page.locator(".training-status").inner_text()
    return int(re.fullmatch(r"Epoch (\d+) of \d+", text)[1])


def eventually(page, holds, timeout=LONG):
    for _ in range(timeout // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.locator("#view-training").inner_text())


def run(page):
    """To the end, as fast as it goes."""
    page.get_by_label("Speed").select_option("most")
    press(page, "Start")
    eventually(page, lambda: page.get_by_role("button", name="Again").is_visible())


def costs_of(page, training=0):
    """{epoch: cost}, of the table below the picture of the cost."""
    box = page.locator(".training-pictures .cost details")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator("tbody tr").first.wait_for()
    rows = [row.locator("th, td").all_inner_texts() for row in box.locator("tbody tr").all()]
    return {int(row[0]): row[1 + training] for row in rows}


def request_of(page, training):
    """What the page has to ask for, but for how far, of the network that is taken away."""
    body = json.loads(take_away(page, "JSON"))
    kept = {name: body[name] for name in ("network", "batch", "loss")}
    asked = {name: training[name] for name in ("optimizer", "learning_rate", "epochs")}
    if training["batch_size"]:
        asked |= {"batch_size": training["batch_size"], "shuffle": {"seed": 0}}
    return kept | {"training": asked}


def said(cost):
    """As the page writes a number of six digits."""
    return repr(float(f"{cost:.6g}")).removesuffix(".0")


def test_it_is_started_paused_stepped_and_started_anew(train):
    page = train({"epochs": 500})
    page.get_by_label("Speed").select_option("40")
    press(page, "Start")
    eventually(page, lambda: epoch_of(page) > 5)
    press(page, "Pause")
    page.get_by_role("button", name="Go on").wait_for()
    settle(page)
    epoch = epoch_of(page)
    page.wait_for_timeout(500)
    assert epoch_of(page) == epoch < 500
    press(page, "One epoch")
    eventually(page, lambda: epoch_of(page) == epoch + 1)
    press(page, "Go on")
    eventually(page, lambda: epoch_of(page) > epoch + 5)
    press(page, "Start anew")
    eventually(page, lambda: epoch_of(page) == 0)
    page.wait_for_timeout(300)
    assert epoch_of(page) == 0
    page.get_by_role("button", name="Start", exact=True).wait_for()


@pytest.mark.parametrize("training", [
    {}, {"optimizer": "momentum", "batch_size": 16}, {"optimizer": "adam", "learning_rate": 0.05},
], ids=lambda training: training.get("optimizer", "sgd"))
def test_a_training_that_is_paused_comes_to_the_numbers_of_one_that_is_not(train, call, training):
    page = train(training)
    page.get_by_label("Speed").select_option("40")
    press(page, "Start")
    eventually(page, lambda: epoch_of(page) > 3)
    press(page, "Pause")
    page.get_by_role("button", name="Go on").wait_for()
    press(page, "One epoch")
    page.wait_for_timeout(200)
    page.get_by_label("Speed").select_option("most")
    press(page, "Go on")
    eventually(page, lambda: page.get_by_role("button", name="Again").is_visible())
    answer = call("train", request_of(page, TRAINING | training))
    assert costs_of(page) == {
        epoch: said(cost) for epoch, cost in enumerate(answer["costs"], 1)}


def test_one_over_m_twice_is_slow_under_gradient_descent_and_hidden_by_adam(train, call):
    page = train()
    press(page, "1/m twice, under SGD")
    run(page)
    assert "40 times too short" in page.locator(".remark").inner_text()
    page.locator(".run.other .run-fault", has_text="divided by m twice").wait_for()
    right, faulty = (float(costs_of(page, which)[300]) for which in (0, 1))
    assert right < 0.25 < 0.55 < faulty
    screenshot(page, "training-sgd")

    press(page, "1/m twice, under Adam")
    eventually(page, lambda: epoch_of(page) == 0)
    run(page)
    right, faulty = (float(costs_of(page, which)[300]) for which in (0, 1))
    assert abs(right - faulty) < 1e-3
    assert "drops out" in page.locator(".remark").inner_text()
    screenshot(page, "training-adam")


def test_a_faulty_training_is_that_of_the_service(train, call):
    page = train({"fault": "one_over_m_at_each_layer"})
    run(page)
    answer = call("train", request_of(page, TRAINING) | {"fault": "one_over_m_at_each_layer"})
    assert costs_of(page) == {
        epoch: said(cost) for epoch, cost in enumerate(answer["costs"], 1)}


def test_the_boundary_is_that_of_the_network_now(train, call):
    page = train()
    run(page)
    picture = page.locator(".plane").first
    eventually(page, lambda: "epoch 60" in picture.get_attribute("aria-label"))
    body = request_of(page, TRAINING)
    trained = call("train", body)["network"]
    outputs = call("forward", {"network": trained, "batch": {"X": body["batch"]["X"]}})["outputs"]
    right = ((np.array(outputs) > 0.5) == np.array(body["batch"]["Y"])).sum()
    assert f"{right} of 40 examples on the right side" in picture.get_attribute("aria-label")
    colours = picture.evaluate("""(canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let [blue, orange] = [0, 0];
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 2] > data[i] + 30) blue += 1;
            if (data[i] > data[i + 2] + 30) orange += 1;
        }
        return [blue / (data.length / 4), orange / (data.length / 4)];
    }""")
    assert min(colours) > 0.15
    picture.hover(position={"x": 40, "y": 40})
    assert page.locator(".tip", has_text="output").is_visible()


def test_without_two_inputs_there_is_no_boundary_and_that_is_said(train):
    layers = [{"type": "dense", "units": 5, "activation": "tanh"},
              {"type": "dense", "units": 3, "activation": "softmax"}]
    page = train(state={
        "data": {"set": "iris", "examples": 30, "own": None}, "loss": "categorical_crossentropy",
        "network": {"layers": layers, "seed": 3, "initializer": None, "parameters": None}})
    run(page)
    assert page.get_by_text("where there are two inputs").is_visible()
    assert not page.locator(".plane").first.is_visible()
    assert float(costs_of(page)[60]) < float(costs_of(page)[1])


def test_three_classes_in_the_plane_are_seen(train):
    rng = np.random.default_rng(1)
    label = np.arange(30) % 3
    X = (np.array([[0, 3, 0], [0, 0, 3]])[:, label] + rng.normal(0, 0.3, (2, 30))).round(3)
    layers = [{"type": "dense", "units": 3, "activation": "softmax"}]
    page = train(state={
        "data": {"set": "own", "examples": 30, "own": {
            "X": X.tolist(), "Y": np.eye(3, dtype=int)[:, label].tolist()}},
        "loss": "categorical_crossentropy",
        "network": {"layers": layers, "seed": 3, "initializer": None, "parameters": None}})
    run(page)
    picture = page.locator(".plane").first
    eventually(page, lambda: "epoch 60: 30 of 30" in picture.get_attribute("aria-label"))
    screenshot(page, "training-three-classes")


def test_what_the_service_refuses_is_told_at_its_field(train):
    page = train()
    page.watch.expect("422")
    field = page.locator(".run.one").get_by_label("Learning rate")
    field.fill("1e9")
    field.press("Enter")
    press(page, "Start")
    page.locator(".run.one .fault").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    assert "1000000" in page.locator(".run.one .fault").inner_text()
    field.fill("0.5")
    field.press("Enter")
    eventually(page, lambda: page.locator(".run.one .fault").count() == 0)
    run(page)


def test_a_fault_of_the_other_training_is_told_there(train):
    page = train({"compare": {"optimizer": "sgd", "learning_rate": 1e9, "fault": None}})
    page.watch.expect("422")
    press(page, "Start")
    page.locator(".run.other .fault").wait_for()
    assert page.locator(".run.one .fault").count() == 0


def test_a_training_that_diverges_says_so(train):
    layers = [{"type": "dense", "units": 4, "activation": "relu"},
              {"type": "dense", "units": 1, "activation": "linear"}]
    page = train({"learning_rate": 1000}, state={
        "loss": "half_squared_error",
        "network": {"layers": layers, "seed": 3, "initializer": None, "parameters": None}})
    page.get_by_label("Speed").select_option("most")
    press(page, "Start")
    page.locator(".run-state", has_text="stopped").first.wait_for()
    assert epoch_of(page) < 60


def test_a_service_that_cannot_be_reached_is_told(train):
    page = train()
    page.watch.expect("Failed to load resource")
    page.route("**/train", lambda route: route.abort())
    press(page, "Start")
    page.get_by_text("cannot be reached").wait_for()
    page.unroute("**/train")
    run(page)


def test_curves_are_read_by_keys(train):
    page = train()
    run(page)
    curve = page.get_by_role("slider", name="Cost J, by epoch")
    curve.focus()
    assert curve.get_attribute("aria-valuenow") == "60"
    page.keyboard.press("Home")
    assert curve.get_attribute("aria-valuenow") == "1"
    page.keyboard.press("ArrowRight")
    assert curve.get_attribute("aria-valuetext").startswith("Epoch 2: J 0.")
    assert page.locator(".tip", has_text="Epoch 2").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".tip", has_text="Epoch 2").is_visible()


def test_the_size_of_the_gradients_is_that_of_the_last_step(train, call):
    page = train()
    run(page)
    box = page.locator(".norms details").first
    box.locator("summary").click()
    box.locator("tbody tr").first.wait_for()
    last = box.locator("tbody tr").last.locator("th, td").all_inner_texts()
    body = request_of(page, TRAINING)
    body["training"]["watch"] = ["gradient_norms"]
    history = call("train", body)["history"]
    assert last == ["60"] + [
        said(history[f"layers.{layer}.dW.norm:last"][-1]) for layer in range(2)]


def test_the_other_views_take_the_weights(train, call):
    page = train()
    before = request_of(page, TRAINING)
    run(page)
    press(page, "Use its weights in the other views")
    eventually(page, lambda: epoch_of(page) == 0)
    go_to(page, "network")
    taken = json.loads(take_away(page, "JSON"))["network"]["layers"]
    trained = call("train", before)["network"]["layers"]
    for ours, theirs in zip(taken, trained):
        assert (ours["W"], ours["b"]) == (theirs["W"], theirs["b"])


def test_another_training_is_put_beside_and_taken_away(train):
    page = train()
    press(page, "Compare with another")
    settle(page)
    assert page.locator(".run.other").is_visible()
    assert page.locator(".plane").count() == 2
    page.locator(".run.other").get_by_label("Mistake").select_option("sign")
    run(page)
    assert "cost" in page.locator(".run.other .run-state").inner_text()
    press(page, "Take it away")
    settle(page)
    assert not page.locator(".run.other").is_visible()


def test_a_change_of_the_network_starts_anew(train):
    page = train()
    run(page)
    page.locator(".run.one").get_by_label("Optimizer").select_option("adam")
    eventually(page, lambda: epoch_of(page) == 0)


def test_more_epochs_go_on(train):
    page = train()
    run(page)
    field = page.get_by_label("Epochs", exact=True)
    field.fill("80")
    field.press("Enter")
    press(page, "Go on")
    eventually(page, lambda: epoch_of(page) == 80)


def test_another_view_pauses(train):
    page = train({"epochs": 5000})
    press(page, "Start")
    eventually(page, lambda: epoch_of(page) > 3)
    go_to(page, "network")
    go_to(page, "training")
    page.get_by_role("button", name="Go on").wait_for()


def test_a_link_brings_a_training_back(train):
    compare = {"optimizer": "adam", "learning_rate": 0.02, "fault": "sign"}
    page = train({"optimizer": "nadam", "epochs": 33, "batch_size": 8, "compare": compare})
    page.reload()
    settle(page)
    one, other = page.locator(".run.one"), page.locator(".run.other")
    assert one.get_by_label("Optimizer").input_value() == "nadam"
    assert other.get_by_label("Optimizer").input_value() == "adam"
    assert other.get_by_label("Learning rate").input_value() == "0.02"
    assert other.get_by_label("Mistake").input_value() == "sign"
    assert page.get_by_label("Epochs", exact=True).input_value() == "33"
    assert page.get_by_label("Mini-batch").input_value() == "8"


@pytest.mark.parametrize("size", [(390, 844), (1920, 1080)], ids=["phone", "projector"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits(train, size, theme):
    page = train(width=size[0], height=size[1], color_scheme=theme)
    press(page, "1/m twice, under SGD")
    run(page)
    page.wait_for_timeout(1000)
    assert page.locator("html").evaluate("(root) => root.scrollWidth") <= size[0]
    screenshot(page, f"training-{size[0]}-{theme}")
