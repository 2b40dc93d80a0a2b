"""The HTML page in a real browser: both themes, narrow and wide, by keyboard, and without any network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BEFORE = """
CREATE TABLE users (id int PRIMARY KEY, name varchar(9) NOT NULL);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users ON DELETE CASCADE, title text);
CREATE INDEX posts_title ON posts (title);
"""
AFTER = """
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users, title text);
CREATE TABLE tags (id int PRIMARY KEY);
"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "before.sql").write_text(BEFORE)
    (folder / "after.sql").write_text(AFTER)
    command = [sys.executable, "-m", "pgtandem", "diff", "before.sql", "after.sql", "-f", "html", "-o", "report.html"]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 1
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser(require):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    require(chromium, "there is no Chromium on the PATH")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(params=[1280, 390], ids=["wide", "narrow"])
def page(browser, page_file, theme, request):
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, color_scheme=theme, offline=True, reduced_motion="reduce"
    )
    opened, errors, asked = context.new_page(), [], []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("request", lambda sent: asked.append(sent.url))
    opened.goto(page_file.as_uri())
    yield opened
    assert errors == []
    assert asked == [page_file.as_uri()]
    context.close()


def test_nothing_is_wider_than_the_screen(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_text_can_be_told_from_its_ground(page):
    # WCAG's contrast ratio, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
    ratios = page.evaluate("""() => {
      const light = (text) => {
        const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3)
          .map((n) => n / 255).map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
      };
      const ground = (e) => {
        const own = getComputedStyle(e).backgroundColor;
        return own === "rgba(0, 0, 0, 0)" && e.parentElement ? ground(e.parentElement) : own;
      };
      return [...document.querySelectorAll("h1, h2, .verdict, .state, .level, .value, .why, .remedy, nav a, th")]
        .map((e) => { const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
                      return [e.className || e.tagName, (a + .05) / (b + .05)]; });
    }""")
    assert [one for one in ratios if one[1] < 4.5] == []


def test_it_is_used_by_keyboard(page):
    findings = page.locator(".finding:not([hidden])")
    everything = findings.count()
    assert everything == 4
    page.keyboard.press("/")
    page.keyboard.type("varying")
    assert findings.count() == 1
    assert "1 of 4" in page.locator("#count").inner_text()
    page.keyboard.press("Escape")
    assert findings.count() == everything
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") == "finding"
    page.locator(".matrix th button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("tr.part:not([hidden])").count() > 0


def test_the_diagram_has_every_table_and_key_and_lights_up(page):
    assert page.locator(".erd g[data-table]").count() == 2
    assert page.locator(".erd .edge").count() == 1
    page.locator('.erd g[data-table="public.posts"]').focus()
    assert page.locator(".erd .edge.lit").count() == 1


def test_a_screen_reader_finds_its_way(page):
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("region", name="Matrix", exact=True).count() >= 1
    assert page.get_by_role("searchbox", name="Filter objects and findings").count() == 1
    assert page.get_by_role("columnheader", name="before.sql").count() == 1


def test_axe_finds_nothing(page, require):
    """PGTANDEM_AXE names axe.min.js (npm install axe-core)."""
    axe = os.environ.get("PGTANDEM_AXE")
    require(axe, "PGTANDEM_AXE names no axe.min.js (npm install axe-core)")
    page.evaluate(Path(axe).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
