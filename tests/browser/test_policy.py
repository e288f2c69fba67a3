"""That nothing violates the Content-Security-Policy is worth something only if a violation would be seen."""

import pytest

INJECTED = {
    "a script in the page": """
        const own = document.createElement("script"); own.textContent = "window.harm = 1"; document.body.append(own)""",
    "a handler in an attribute": """
        document.body.insertAdjacentHTML("beforeend", "<img src='' onerror='window.harm = 1'>")""",
    "a request to elsewhere": """
        fetch("http://127.0.0.1:9/").catch(() => 0)""",
    "a form": """
        document.body.insertAdjacentHTML("beforeend", "<form action=/x></form>"); document.forms[0].submit()""",
}


@pytest.mark.parametrize("what", INJECTED)
def test_what_the_policy_forbids_is_stopped_and_seen(chromium, site, what):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.as_uri()}/block3_conv1/3.html")
    with page.expect_console_message(lambda said: "Content Security Policy" in said.text) as seen:
        page.evaluate(f"() => {{ {INJECTED[what]} }}")
    assert seen.value.type == "error"
    assert page.evaluate("window.harm") is None
    context.close()
