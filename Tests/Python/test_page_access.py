"""Whether everybody can use the page: by keyboard, by ear, on a phone, on a projector."""

import pytest
from browsing import VIEWS, go_to, open_page, screenshot, settle, step_to

SIZES = {"phone": (390, 844), "laptop": (1280, 800), "projector": (1920, 1080)}


def fill(page, view):
    """Goes to a view, and has it show what it can show."""
    go_to(page, view)
    if view == "steps":
        step_to(page, "dW2")
        page.get_by_role("radio", name="cost").check()
        settle(page)
    if view == "check":
        page.get_by_role("button", name="1/m twice in dW").click()
        page.wait_for_selector(".verdicts")
    settle(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_fault(new_page, address, view, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = new_page(color_scheme=theme, reduced_motion="reduce")
    open_page(page, address)
    fill(page, view)
    found = axe.Axe().run(page).response["violations"]
    assert [(fault["id"], fault["help"], [node["html"][:200] for node in fault["nodes"]][:3])
            for fault in found] == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_the_window(new_page, address, view, size):
    width, height = SIZES[size]
    for theme in ["light", "dark"]:
        page = new_page(width, height, color_scheme=theme)
        open_page(page, address)
        fill(page, view)
        screenshot(page, f"{view}-{size}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("""() =>
            [...document.querySelectorAll('button, input, select, a, h1, h2')]
            .filter((one) => one.checkVisibility())
            .filter((one) => !one.closest('.map, .numbers-box, .unseen, .skip'))
            .filter((one) => { const box = one.getBoundingClientRect();
                return box.right > innerWidth + 1 || box.left < -1; })
            .map((one) => one.outerHTML.slice(0, 100))""") == []


def test_a_hand_on_a_phone_hits_what_it_aims_at(new_page, address):
    page = new_page(*SIZES["phone"], has_touch=True)
    open_page(page, address)
    for view in VIEWS:
        fill(page, view)
        # Of a box to tick its label is hit, too.
        small = page.evaluate("""() =>
            [...document.querySelectorAll('button, select, summary, input')]
            .filter((one) => one.checkVisibility())
            .filter((one) => !one.matches('.link, [type=checkbox], [type=radio]'))
            .filter((one) => { const box = one.getBoundingClientRect();
                return box.width < 24 || box.height < 24; })
            .map((one) => one.outerHTML.slice(0, 100))""")
        assert small == []


def test_the_tabs_are_walked_by_arrows(page):
    page.get_by_role("tab", name="Network").focus()
    seen = []
    for _ in VIEWS:
        page.keyboard.press("ArrowRight")
        settle(page)
        seen.append(page.locator("[role=tab][aria-selected=true]").inner_text())
    assert seen == ["Forward and back", "Is mine right?", "Training", "Network"]
    page.keyboard.press("End")
    assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Training"


def test_arrows_walk_the_steps(page):
    go_to(page, "steps")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    title = page.locator(".stage h2 .name")
    page.keyboard.press("ArrowRight")
    assert title.text_content() == "A[1]"
    page.keyboard.press("ArrowLeft")
    assert title.text_content() == "Z[1]"
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    assert title.text_content() == "dA[0]"
    assert "dA0" in page.get_by_role("slider", name="Step").get_attribute("aria-valuetext")


def test_arrows_read_the_numbers_of_a_picture(page):
    go_to(page, "steps")
    step_to(page, "dW2")
    page.locator('.result[data-tensor="dW2"] .frame').focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".tip:not([hidden])")
    first = page.locator(".tip").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator(".tip").inner_text() != first
    assert "unit 2 of layer 1" in page.locator(".tip").inner_text()
    page.wait_for_function("() => document.getElementById('live').textContent.includes('unit 2')")
    # The step stays: these arrows are the picture's.
    assert page.locator(".stage h2 .name").text_content() == "dW[2]"


def test_the_first_that_tab_reaches_leads_to_the_content(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.locator("#view-network").is_visible()


def test_the_way_past_the_head_leaves_the_link_as_it_is(page):
    page.get_by_label("Loss", exact=True).select_option("mean_squared_error")
    page.wait_for_function("() => location.hash.length > 3")
    link = page.url
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.url == link


def test_keys_that_are_the_browsers_own_do_not_turn_tabs(page):
    page.get_by_role("tab", name="Network").focus()
    for key in ("Control+End", "Alt+ArrowRight"):
        page.keyboard.press(key)
        assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Network"


def test_who_turns_to_the_numbers_keeps_the_focus(page):
    go_to(page, "steps")
    page.get_by_role("button", name="Show numbers").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Show pictures"
    page.keyboard.press("ArrowRight")
    assert page.locator(".stage h2 .name").text_content() == "A[1]"
    assert page.evaluate("document.activeElement.textContent") == "Show pictures"


def test_pictures_of_one_name_are_told_apart(page):
    go_to(page, "check")
    page.get_by_role("button", name="1/m twice in dW").click()
    frames = page.locator('.verdicts [data-name="dW2"] .frame')
    frames.first.wait_for()
    names = [frame.get_attribute("aria-label").split(",")[0] for frame in frames.all()]
    assert names == ["yours", "ours", "yours over ours"]


@pytest.mark.parametrize("view", VIEWS)
def test_tab_reaches_everything_in_the_order_it_is_read(page, view):
    fill(page, view)
    assert page.evaluate("""() => [...document.querySelectorAll('[tabindex]')]
        .filter((one) => one.tabIndex > 0).map((one) => one.outerHTML)""") == []


def test_the_focus_is_seen(page):
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate("""() => {
            let one = document.activeElement;
            if (one.matches('.choice input')) one = one.closest('label');
            const style = getComputedStyle(one);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        }""")
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_a_dialog_gives_the_focus_back(page):
    button = page.get_by_role("button", name="Take away")
    button.click()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent") == "Take away"


def test_what_happens_is_said(page):
    go_to(page, "check")
    page.get_by_role("button", name="1/m twice in dW").click()
    page.wait_for_function(
        "() => document.getElementById('live').textContent.includes('divided by m twice')")
    go_to(page, "steps")
    page.get_by_role("radio", name="cost").check()
    page.wait_for_function(
        "() => document.getElementById('live').textContent.includes('have changed')")


def test_reduced_motion_is_heeded(new_page, address):
    page = new_page(reduced_motion="reduce")
    open_page(page, address, view="steps")
    longest = page.evaluate("""() => Math.max(...[...document.querySelectorAll('*')].map((one) => {
        const style = getComputedStyle(one);
        return Math.max(...[style.animationDuration, style.transitionDuration]
            .flatMap((times) => times.split(',')).map(parseFloat));
    }))""")
    assert longest < 0.001


def test_the_theme_is_switched_and_colours_follow(page):
    go_to(page, "steps")
    pixel = """() => { const canvas = document.querySelector('.result canvas');
        return [...canvas.getContext('2d').getImageData(2, 2, 1, 1).data].join(); }"""
    colour = "getComputedStyle(document.body).backgroundColor"
    light, background = page.evaluate(pixel), page.evaluate(colour)
    page.get_by_role("button", name="Switch to dark colours").click()
    settle(page)
    assert page.evaluate(pixel) != light
    assert page.evaluate(colour) != background
