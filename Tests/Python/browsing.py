"""A real browser on the page: what watches it, and what several tests do on it."""

import base64
import json
import os
import re
from pathlib import Path

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SHOTS = Path(__file__).resolve().parents[2] / ".screenshots"
VIEWS = {
    "network": "Network", "steps": "Forward and back", "check": "Is mine right?",
    "training": "Training",
}


class Watch:
    """What a page does that it should not: errors in its console, requests to others."""

    def __init__(self, page, address):
        self.faults = []
        self.expected = []
        page.on("console", lambda message: message.type in ("error", "warning")
                and self.faults.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("request", lambda request: request.url.startswith((address, "data:", "blob:"))
                or self.faults.append(f"outside: {request.url}"))

    def expect(self, pattern):
        """A fault that belongs to the test, as the console's line about a refused request."""
        self.expected.append(pattern)

    def unexpected(self):
        return [fault for fault in self.faults
                if not any(re.search(pattern, fault) for pattern in self.expected)]


def open_page(page, address, fragment="", view=None):
    """Opens the page and waits until it shows an answer of the service."""
    page.goto(address + "/" + fragment)
    page.wait_for_selector("html[data-ready]", state="attached")
    if view:
        go_to(page, view)


def go_to(page, view):
    page.get_by_role("tab", name=VIEWS[view]).click()
    page.wait_for_selector(f"#view-{view}:not([hidden])")
    settle(page)


def settle(page):
    """Until no request is under way, and what came has been drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("""() => new Promise((resolve) =>
        setTimeout(() => requestAnimationFrame(() => resolve(true)), 60))""")


def screenshot(page, name, whole=True):
    """Kept for people to look at: the whole page, or what the window shows of it."""
    SHOTS.mkdir(exist_ok=True)
    if whole:
        page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)


def fragment_of(state):
    """A link's fragment with `state`, as the page writes it where it is short."""
    text = json.dumps(state, separators=(",", ":")).encode()
    return "#j=" + base64.urlsafe_b64encode(text).decode().rstrip("=")


def step_to(page, name):
    """Goes to the step that has the array `name` for a result."""
    page.locator(f'.map button[data-name="{name}"]').click()
    page.wait_for_selector(f'.stage .result[data-tensor="{name}"], .stage [data-tensor="{name}"]')


def changes_of(page):
    """What the tiles say of each derivative after a flip of the convention."""
    page.wait_for_selector(".change.changed, .change.same")
    return {tile.get_attribute("data-name"): tile.locator(".change-badge").inner_text()
            for tile in page.locator(".change").all()}


def paste(page, text):
    page.get_by_label("Your derivatives").fill(text)
    page.get_by_role("button", name="Check mine").click()


def verdict_of(page, name):
    item = page.locator(f'.verdicts [data-name="{name}"]')
    item.wait_for()
    return item.locator(".verdict").inner_text()


def take_away(page, kind):
    """The text that the page gives away as `kind`: Link, curl, Python, NumPy or JSON."""
    page.get_by_role("button", name="Take away").click()
    page.get_by_role("radio", name=kind, exact=True).check()
    page.wait_for_function("""(kind) => {
        const text = document.querySelector('.take-text');
        return text.textContent && text.getAttribute('aria-label') === kind;
    }""", arg=kind)
    text = page.locator(".take-text").text_content()
    page.get_by_role("button", name="Close").click()
    return text
