import assert from "node:assert/strict";
import fc from "fast-check";
import { conceal, rememberSecret } from "../../provider/redact";

describe("redaction", () => {
  it("masks what looks like a secret and leaves the rest readable", () => {
    const table: readonly (readonly [text: string, masked: string])[] = [
      ["key pat.shape.id.c4nary, please", "key pat.[secret], please"],
      ["SAT.sh_1.id-2.c4nary", "SAT.[secret]"],
      ["pat.shape.c4nary", "pat.[secret]"],
      ["a personal token (pat.… or sat.…)", "a personal token (pat.… or sat.…)"],
      ["that is a spat. Then", "that is a spat. Then"],
      ["x-api-key: abc def", "x-api-key: [secret] def"],
      ['{"X-API-KEY":"abc","a":1}', '{"X-API-KEY":"[secret]","a":1}'],
      ["x-api-key=abc", "x-api-key=[secret]"],
      ["https://u:p@host/x and http://t@h", "https://[secret]@host/x and http://[secret]@h"],
      ["https://u:p@ss'w@host", "https://[secret]@host"],
      ["ftp://u:p@host", "ftp://[secret]@host"],
      ["https://host/a@b?c=d@e", "https://host/a@b?c=d@e"],
      ["https://host, write to a@b.c", "https://host, write to a@b.c"],
    ];
    for (const [text, masked] of table) assert.equal(conceal(text), masked);
  });

  it("masks remembered values, as they are, inside JSON and inside URLs", () => {
    const secret = 'line1\nline2 "quoted" é "';
    rememberSecret(secret);
    const written = [secret, JSON.stringify(secret), encodeURIComponent(secret)].map(conceal);
    assert.deepEqual(written, ["[secret]", '"[secret]"', "[secret]"]);
  });

  it("masks the longer of two values first, so that nothing of it remains", () => {
    rememberSecret("lantern");
    rememberSecret("lantern-and-more");
    assert.equal(conceal("lantern-and-more, lantern"), "[secret], [secret]");
  });

  it("does not remember what is too short to be told from other text", () => {
    rememberSecret("abc");
    rememberSecret("wxyz");
    rememberSecret("");
    rememberSecret(undefined);
    assert.equal(conceal("abc undefined wxyz"), "abc undefined [secret]");
  });

  it("takes any text for a secret and leaves none of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 12, maxLength: 24 }), fc.string(), (secret, around) => {
        rememberSecret(secret);
        return !conceal(around + secret + around).includes(secret);
      }),
      { numRuns: 50 },
    );
    rememberSecret("half a pair \ud800");
    assert.equal(conceal("half a pair \ud800"), "[secret]");
  });
});
