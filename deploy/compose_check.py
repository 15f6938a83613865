"""Hand in a right and a wrong solution at a running site, as Ada would with a browser, and look at the scores.

    python compose_check.py http://127.0.0.1:8000 ada@example.org <password>

Speaks as the proxy in front of the site would: plain HTTP with X-Forwarded-Proto. Ends with 1 where a score is not as
it must be.
"""

from __future__ import annotations

import http.client
import re
import sys
import time
from html import unescape
from urllib.parse import urlencode, urlsplit

EXERCISE = "/courses/backprop/product_gradient"
RIGHT = "def product_backward(x, w, upstream):\n    return w * upstream, x * upstream\n"
WRONG = "def product_backward(x, w, upstream):\n    return x * upstream, w * upstream\n"
PATIENCE = 60.0  # seconds from handing in to the score
HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|key)" value="([^"]*)"')


class Browser:
    """Keeps cookies, and follows where the site leads."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}
        self.at = ""

    def get(self, path: str) -> str:
        """The page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> str:
        """The page that comes of it; the hidden fields are those of the page seen before."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        line = http.client.HTTPConnection(self.host, timeout=30)
        headers = {"X-Forwarded-Proto": "https", "Accept-Language": "en", "Referer": f"https://{self.host}{path}"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        answer = line.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in {301, 302, 303}:
            target = urlsplit(answer.headers["Location"])
            return self._ask("GET", target.path + (f"?{target.query}" if target.query else ""), None)
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status}\n{page[:2000]}")
        self.at = path
        return page


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms that must come back with them."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def score(browser: Browser, code: str) -> str:
    """What the page says of a solution, in words."""
    page = browser.post(EXERCISE, code=code, **hidden(browser.get(EXERCISE)))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = re.search(r"\d[\d.]* of \d+ points", " ".join(re.sub(r"<[^>]*>", " ", page).split()))
        if found and 'http-equiv="refresh"' not in page:
            return found[0]
        time.sleep(0.3)
        page = browser.get(browser.at)
    raise SystemExit(f"no score within {PATIENCE:.0f} s; the page says:\n{page}")


def main(address: str, email: str, password: str) -> None:
    """Sign in, hand in twice, compare."""
    browser = Browser(address)
    home = browser.post("/sign-in", email=email, password=password, **hidden(browser.get("/sign-in")))
    if "Backpropagation" not in home:
        raise SystemExit(f"signed in, and no course is to be seen:\n{home[:3000]}")
    for words, code in (("right", RIGHT), ("wrong", WRONG)):
        began = time.monotonic()
        said = score(browser, code)
        print(f"{words}: {said}, {time.monotonic() - began:.2f} s from handing in to the score")
        points, _, of = said.split()[:3]
        if (points == of) != (words == "right"):
            raise SystemExit(f"the {words} solution must not score {said}")


if __name__ == "__main__":
    main(*sys.argv[1:])
