// Reads pages, one JSON string a line, and answers each with a line: the list of what is no valid HTML in it.
// Started once and kept by validator.py.
import { createInterface } from "node:readline";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";

const validator = new HtmlValidate(
  new FileSystemConfigLoader({
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: {
      // How React writes it; each is allowed by HTML.
      "attr-quotes": "off",
      "attribute-boolean-style": "off",
      "doctype-style": "off",
      "no-trailing-whitespace": "off",
      "void-style": "off",
    },
  }),
);

/** What is meant, by rule and message or place. */
const MEANT = [
  // Without it Firefox puts the values of an earlier report into a form that is opened again.
  ({ ruleId, message }) => ruleId === "valid-autocomplete" && message.includes('<input type="hidden">'),
  // Filled in by the module that clones it; pages are looked over with that in sight (page_rules.js, engines).
  ({ selector }) => /(^| )template\b/.test(selector ?? ""),
];

for await (const line of createInterface({ input: process.stdin })) {
  const report = await validator.validateString(JSON.parse(line));
  const said = report.results.flatMap((result) =>
    result.messages
      .filter((message) => !MEANT.some((is) => is(message)))
      .map(({ ruleId, message, selector }) => `${ruleId}: ${message} (${selector})`),
  );
  process.stdout.write(JSON.stringify(said) + "\n");
}
