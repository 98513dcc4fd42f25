import assert from "node:assert/strict";
import { Notices } from "../../provider/notices";
import { rememberSecret } from "../../provider/redact";

function listening(): { notices: Notices; lines: string[] } {
  const lines: string[] = [];
  return { notices: new Notices((line) => lines.push(line)), lines };
}

describe("notices", () => {
  it("name the resource and are said once about it", () => {
    const { notices, lines } = listening();
    for (const about of ['SecretText "a"', 'SecretText "b"', 'SecretText "a"']) notices.say(about, "left in place");
    notices.say('SecretText "a"', "something else");
    assert.deepEqual(lines, [
      'harness-images: SecretText "a": left in place',
      'harness-images: SecretText "b": left in place',
      'harness-images: SecretText "a": something else',
    ]);
  });

  it("that are as true of every resource are said once in all, naming the first", () => {
    const { notices, lines } = listening();
    for (const about of ["A", "B", "C"]) notices.sayForAll(about, "only checked offline");
    assert.deepEqual(lines, ["harness-images: A: only checked offline"]);
  });

  it("are one line each, whatever the text", () => {
    const { notices, lines } = listening();
    notices.say("A", "cannot look.\n  Harness said: No.\n  Next: Do this.");
    assert.deepEqual(lines, ["harness-images: A: cannot look. Harness said: No. Next: Do this."]);
  });

  it("of progress are said each time", () => {
    const { notices, lines } = listening();
    for (const seconds of [10, 10]) notices.progress(`waiting for ${seconds} s`);
    assert.deepEqual(lines, ["harness-images: waiting for 10 s", "harness-images: waiting for 10 s"]);
  });

  it("show no secret, also one of several lines", () => {
    rememberSecret("first line\nsecond line");
    const { notices, lines } = listening();
    notices.say("A", "first line\nsecond line");
    notices.progress("pat.shape.id.c4nary");
    assert.deepEqual(lines, ["harness-images: A: [secret]", "harness-images: pat.[secret]"]);
  });

  it("go to standard output, which the engine shows to the user", () => {
    const written: unknown[] = [];
    const { write } = process.stdout;
    process.stdout.write = (chunk: unknown) => written.push(chunk) > 0;
    try {
      new Notices().say("A", "text");
    } finally {
      process.stdout.write = write;
    }
    assert.deepEqual(written, ["harness-images: A: text\n"]);
  });
});
