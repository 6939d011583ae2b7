# What an HTML page (standard input) is made of, as html5lib reads it, one line an element: its name, its
# attributes' names, and the values of those that decide how it looks; of scripts and styles the text. Then what the
# parser had to forgive (an end tag that ends nothing, say). Lines that begin with "!" say what a report must not have.
import hashlib
import re
import sys

import html5lib

TEXT_ATTRIBUTES = {"aria-label", "lang", "id"}


def link_is_own(link):
    return re.fullmatch(r"#[a-z0-9]+|evidence/[0-9a-f]{64}", link) is not None


def faults(element):
    for name, value in element.attrib.items():
        if name.startswith("on") or name in ("src", "srcset", "style", "action", "formaction", "srcdoc", "background"):
            yield "attribute %s of %s" % (name, element.tag)
        if "javascript:" in value.lower():
            yield "javascript: in %s of %s" % (name, element.tag)
    if "href" in element.attrib and not link_is_own(element.attrib["href"]):
        yield "a link leads to %r" % element.attrib["href"]


def line(element):
    shown = [element.tag]
    for name, value in sorted(element.attrib.items()):
        free = name in TEXT_ATTRIBUTES or name == "href"
        shown.append(name if free else "%s=%s" % (name, value))
    if element.tag in ("script", "style"):
        shown.append(hashlib.sha256((element.text or "").encode()).hexdigest())
    return " ".join(shown)


page = sys.stdin.buffer.read().decode("utf-8", "strict")
parser = html5lib.HTMLParser(namespaceHTMLElements=False)
for element in parser.parse(page).iter():
    if not isinstance(element.tag, str):
        print("! a comment")
        continue
    print(line(element))
    for fault in faults(element):
        print("! " + fault)
for _, code, _ in parser.errors:
    print("forgiven " + code)
