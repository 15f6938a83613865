"""What templates share: assets that are kept, both languages, fields tied to their mistakes, and no way out of the site."""

from __future__ import annotations

import re

import pytest
from flask import render_template_string

from tests.browser.gallery import gallery
from web.templating import asset

MACROS = '{% import "_macros.html" as ui %}'


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    app = gallery(tmp_path_factory.mktemp("gallery"), {})
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def drawn(site):
    def draw(source, **values):
        with site.test_request_context("/", headers={"Accept-Language": "en"}):
            return render_template_string(MACROS + source, **values)

    return draw


def fetched(client, address):
    """The answer with its file closed."""
    with client.get(address) as answer:
        return answer.status_code, answer.headers.get("Cache-Control")


def test_an_asset_is_kept_for_ever_under_the_address_of_its_content(site):
    with site.test_request_context():
        address = asset("site.css")
    assert fetched(site.test_client(), address) == (200, "public, max-age=31536000, immutable")
    assert fetched(site.test_client(), "/static/site.css?v=another") == (200, "public, max-age=86400")


def test_every_asset_that_the_frame_names_is_there(site):
    client = site.test_client()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/statement/linear_loss").text)
    assert len(addresses) > 8
    assert {fetched(client, address)[0] for address in addresses} == {200}


def test_no_page_has_an_inline_script_style_or_handler(site):
    client = site.test_client()
    for address in ("/gallery", "/problem", "/statement/mlp_backward", "/sign-in"):
        html = client.get(address).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", html)


@pytest.mark.parametrize(
    ("asked", "lang"), [("zh-TW,zh;q=0.9", "zh-CN"), ("de", "en"), ("en;q=0.4, zh;q=0.6", "zh-CN"), ("", "en")]
)
def test_the_browser_s_language_is_spoken_until_another_is_chosen(site, asked, lang):
    client = site.test_client()
    assert f'<html lang="{lang}"' in client.get("/gallery", headers={"Accept-Language": asked}).text
    client.post("/preferences", data={"language": "zh"})
    assert '<html lang="zh-CN"' in client.get("/gallery", headers={"Accept-Language": asked}).text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/courses/a?b=c", "/courses/a?b=c"),
        ("https://example.org/", "/"),
        ("//example.org", "/"),
        ("/\\example.org", "/"),
        ("/\t/example.org", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_choosing_leads_back_and_never_elsewhere(site, wanted, led_to):
    answer = site.test_client().post("/preferences", data={"theme": "dark", "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, led_to)


def test_a_choice_that_is_none_is_not_kept(site):
    answer = site.test_client().post("/preferences", data={"theme": "<script>", "language": "fr"})
    assert "Set-Cookie" not in answer.headers


def test_a_field_is_tied_to_its_hint_and_its_mistake(drawn):
    html = drawn('{{ ui.field("name", "Name", hint="As in the list", error="Missing", required=true) }}')
    assert '<label for="field-name">' in html
    assert 'id="field-name" name="name" type="text"' in html
    assert 'aria-describedby="field-name-hint field-name-error" aria-invalid="true" required' in html


def test_what_people_write_is_shown_in_macros_and_not_obeyed(drawn):
    html = drawn(
        "{{ ui.notice(evil) }}{{ ui.field(evil, evil, value=evil, error=evil, placeholder=evil) }}{{ ui.chip(evil) }}"
        "{{ ui.empty(evil, evil, evil, evil) }}{{ ui.trail([(evil, evil)]) }}{{ ui.choice('x', evil, [(evil, evil)]) }}"
        "{{ ui.act('/x', evil, fields={evil: evil}, confirm=evil) }}{{ ui.progress(1, 2, evil) }}",
        evil='"><script>alert(1)</script>',
    )
    assert "<script" not in html


def test_a_password_is_never_written_back(drawn):
    assert "secret" not in drawn('{{ ui.field("p", "Password", type="password", value="secret") }}')
