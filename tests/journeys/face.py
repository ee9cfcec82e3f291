"""One person at one screen: every page that is opened is looked at, by axe-core and by the rules of the house."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.journeys.program import PASSWORD

PHONE: Final = (360, 740)
DESK: Final = (1280, 800)
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A page answered with 4xx on purpose is told by the browser too; what matters is what scripts and styles are refused.
_EXPECTED: Final = "Failed to load resource: the server responded with a status of 4"


class Face:
    """A browser context of its own with one page; ``open`` and ``press`` look at what comes."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        axe: str,
        *,
        size: tuple[int, int],
        lang: str = "zh-CN",
        script: bool = True,
    ) -> None:
        self.address = address
        self._axe = axe
        self._twin: Page | None = None
        if not script:
            twin = browser.new_context(viewport={"width": size[0], "height": size[1]}, is_mobile=size == PHONE)
            self._twin = twin.new_page()
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=lang,
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
            device_scale_factor=2 if size == PHONE else 1,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.seen: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._notice)

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and _EXPECTED not in message.text:
            self.complaints.append(message.text)

    def _notice(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asks another host: {request.url}")

    def open(self, path: str, status: int = 200) -> Page:
        """Go to an address and look at the page."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        assert answer.status == status, f"{path} answers {answer.status}:\n{self.text()}"
        self.look()
        return self.page

    def press(self, target: Locator | str) -> Page:
        """Press a button or follow a link that leads to another page, and look at that."""
        locator = self.button(target) if isinstance(target, str) else target
        with self.page.expect_navigation():
            locator.click()
        self.look()
        return self.page

    def button(self, name: str) -> Locator:
        """A button by the words on it; the key cap behind the words is not part of them."""
        return self.page.get_by_role("button", name=name).first

    def sign_in(self, name: str, wanted: str = "", password: str = PASSWORD) -> Page:
        """Sign in on the page, as everybody does."""
        self.open("/sign-in" + (f"?next={wanted}" if wanted else ""))
        self.page.locator("[name=name]").fill(name)
        self.page.locator("[name=password]").fill(password)
        return self.press(self.page.locator("main form button[type=submit]"))

    def text(self) -> str:
        """What stands on the page."""
        return self.page.locator("body").inner_text()

    def look(self) -> None:
        """No fault of accessibility, nothing refused by the page's own policy, nothing wider than the screen."""
        self.page.wait_for_load_state("load")
        self._show_twin()
        path = self.page.url.removeprefix(self.address)
        self.seen.append(path)
        found = self._run_axe()
        assert not found["violations"], f"{path}: " + json.dumps(found["violations"], ensure_ascii=False, indent=1)
        assert found["passes"] > 5, f"axe looked at hardly anything of {path}"
        wide = self.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen: {self.evaluate(_TOO_WIDE)}"
        assert not self.complaints, f"{path}: {self.complaints}"

    def _run_axe(self) -> Any:
        """What axe-core finds on the whole page at once, since what a bar covers can be scrolled from under it."""
        page = self._twin or self.page
        usual = page.viewport_size
        assert usual is not None
        tall = self.evaluate("document.documentElement.scrollHeight") + 200
        page.set_viewport_size({"width": usual["width"], "height": min(max(tall, usual["height"]), 12_000)})
        try:
            return self.evaluate(_RUN_AXE % json.dumps(TAGS))
        finally:
            page.set_viewport_size(usual)

    def _show_twin(self) -> None:
        """Where script is off axe-core cannot run either: it looks at the same page in a browser with script."""
        if self._twin is None:
            return
        html = self.page.content()
        self._twin.unroute_all()
        self._twin.route(self.page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        self._twin.goto(self.page.url)

    def close(self) -> None:
        """Leave the screen."""
        self.context.close()
        if self._twin is not None:
            self._twin.context.close()

    def evaluate(self, expression: str) -> Any:
        """Run an expression past the page's own policy, which forbids every script that is not ours."""
        page = self._twin or self.page
        session = page.context.new_cdp_session(page)
        try:
            if expression.lstrip().startswith("axe"):
                session.send("Runtime.evaluate", {"expression": self._axe})
            answer = session.send(
                "Runtime.evaluate",
                {"expression": expression, "awaitPromise": True, "returnByValue": True, "timeout": 20_000},
            )
        finally:
            session.detach()
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self, file: Path, *, whole: bool = False) -> None:
        """Take a picture of the page."""
        self.page.screenshot(path=file, full_page=whole, animations="disabled")


# Marks on a map may lie close to each other (WCAG 2.5.8 excepts what has an equivalent): its table stands beside it.
_RUN_AXE: Final = """axe.run({exclude: [".leaflet-marker-pane"]}, {runOnly: {type: "tag", values: %s}}).then(found => ({
  passes: found.passes.length,
  violations: found.violations.map(rule => ({
    id: rule.id, help: rule.help, nodes: rule.nodes.map(node => [node.html, node.failureSummary]),
  })),
}))"""
_TOO_WIDE: Final = """[...document.querySelectorAll("body *")]
  .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(part => part.outerHTML.slice(0, 160)).join("\\n")"""
