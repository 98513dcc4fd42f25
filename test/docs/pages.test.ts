import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { ROOT } from "../conventions/sources";

const DOCS = join(ROOT, "docs");
/** Made by typedoc, which looks after its own links. */
const REFERENCE = "reference/";
const LINK = /\]\((?!https?:)([^)\s]+)\)/g;

const pages = readdirSync(DOCS, { recursive: true, encoding: "utf8" })
  .map((path) => path.split(sep).join("/"))
  .filter((path) => path.endsWith(".md"))
  .sort();
const written = pages.filter((page) => !page.startsWith(REFERENCE));

function textOf(file: string): string {
  return readFileSync(file, "utf8");
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```.*?^```$/gms, "").match(/^#+ .+$/gm) ?? [];
  const anchors = headings.map((heading) =>
    heading
      .replace(/^#+ /, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
  return new Set(anchors);
}

/** What is wrong with a link of a page; undefined when it leads somewhere. */
function problemOf(page: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? join(DOCS, page) : join(DOCS, dirname(page), path);
  if (!existsSync(file)) return `${page}: there is no ${relative(ROOT, file)}`;
  if (anchor === undefined || anchorsOf(textOf(file)).has(anchor)) return undefined;
  return `${page}: ${relative(ROOT, file)} has no heading ${anchor}`;
}

describe("the pages in docs/", () => {
  it("are all in its index, each once", () => {
    const index = textOf(join(DOCS, "README.md"));
    const linked = [...index.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) \| \S/gm)].map(([, name, path]) => {
      assert.equal(name, path, "a page is called by its path");
      return path;
    });
    const wanted = [...written.filter((page) => page !== "README.md"), `${REFERENCE}README.md`];
    assert.deepEqual(linked.sort(), wanted.sort());
  });

  it("link only to pages and headings that are there", () => {
    const problems = written.flatMap((page) => {
      const links = [
        ...textOf(join(DOCS, page))
          .replace(/^```.*?^```$/gms, "")
          .matchAll(LINK),
      ];
      return links.flatMap(([, link = ""]) => problemOf(page, link) ?? []);
    });
    assert.deepEqual(problems, []);
  });

  it("begin with one heading of the first level", () => {
    const strange = written.filter((page) => {
      const text = textOf(join(DOCS, page));
      return !/^# \S/.test(text) || (text.replace(/^```.*?^```$/gms, "").match(/^# /gm) ?? []).length !== 1;
    });
    assert.deepEqual(strange, []);
  });
});

describe("the guides", () => {
  const guides = written.filter((page) => page.startsWith("guides/"));

  for (const guide of guides) {
    const text = textOf(join(DOCS, guide));

    it(`${guide}: says what is needed, shows a program and commands, what preview shows, and how to take it back`, () => {
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.equal(headings[0], "What you need");
      assert.ok(headings.includes("What preview shows"));
      assert.equal(headings.at(-1), "Taking it back");
      for (const piece of ["```ts\n", "```sh\n", "pulumi preview\n", "pulumi destroy\n"])
        assert.ok(text.includes(piece));
    });

    it(`${guide}: its programs read every setting that its commands set, and every variable`, () => {
      const programs = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program]) => program).join("\n");
      const keys = [...text.matchAll(/config set (?:--\w+ )?'?([\w:]+)/g)].map(([, key = ""]) => key);
      const unread = keys.filter((key) => !key.startsWith("harness:") && !programs.includes(`"${key}"`));
      const variables = [...text.matchAll(/^export (\w+)=/gm)].map(([, name = ""]) => name);
      const unused = variables.filter((name) => !name.startsWith("HARNESS_") && !programs.includes(`"${name}"`));
      assert.deepEqual([...unread, ...unused], []);
      assert.ok(keys.length > 0);
    });
  }
});
