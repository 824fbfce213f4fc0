/*
 * editor.js - what an editor makes of the schema: completions, hovers and mistakes, asked of the service
 * that VS Code uses for JSON.  tests/test_scenario_editor.sh runs it with NODE_PATH set.
 *
 * In a text, ‸ is the cursor.
 */
"use strict";
const fs = require("fs");
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");

const SCHEMA = "scenarios/smtplab.schema.json";
const schema = fs.readFileSync(SCHEMA, "utf8");
const service = getLanguageService({
    schemaRequestService: () => Promise.resolve(schema),
    workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).toString() },
});
service.configure({ validate: true, allowComments: false });

let failed = 0;
function test(name, good, why) {
    failed += !good;
    console.log(good ? `ok ${name}` : `not ok ${name}\n    ${why}`);
}

/* The scenario finds its schema by "$schema", as for somebody who opens the folder in an editor. */
function open(body) {
    const text = `{ "$schema": "smtplab.schema.json",\n${body}`;
    const at = text.indexOf("‸");
    const document = TextDocument.create("file:///lab/scenario.json", "json", 1, text.replace("‸", ""));
    return { document, json: service.parseJSONDocument(document), position: document.positionAt(Math.max(at, 0)) };
}

async function complete(body) {
    const { document, json, position } = open(body);
    const list = await service.doComplete(document, position, json);
    return list.items.map((item) => item.label.replace(/^"|"$/g, ""));
}

async function hover(body) {
    const { document, json, position } = open(body);
    const found = await service.doHover(document, position, json);
    return found ? found.contents.map((part) => (typeof part === "string" ? part : part.value)).join("\n") : "";
}

async function mistakes(body) {
    const { document, json } = open(body);
    return (await service.doValidation(document, json)).map((d) => d.message);
}

const completions = [
    ["keys of a scenario", '‸ }', ["smtplab", "title", "hosts", "zones", "links", "internet", "timeline", "lesson", "expect"]],
    ["roles of a host", '"hosts": { "a": { ‸ } } }', ["mua", "msa", "mta", "mda", "dns", "stranger", "address", "note"]],
    ["keys of an MUA", '"hosts": { "a": { "mua": { ‸ } } } }', ["mailbox", "server", "port", "login", "tls", "collect"]],
    ["keys of an MTA", '"hosts": { "a": { "mta": { ‸ } } } }', ["domains", "relay", "routes", "retry", "recipients", "deliver"]],
    ["keys of an MDA", '"hosts": { "a": { "mda": { ‸ } } } }', ["mailboxes", "aliases", "domains", "keep"]],
    ["words for tls", '"hosts": { "a": { "mua": { "tls": ‸ } } } }', ["none", "starttls", "implicit"]],
    ["words for recipients", '"hosts": { "a": { "mta": { "recipients": "‸" } } } }', ["known", "any", "ask"]],
    ["true or false", '"hosts": { "a": { "router": ‸ } } }', ["true", "false"]],
    ["an example of a rate", '"internet": { "rate": ‸ } }', ["10Mbit/s"]],
    ["a default", '"start": ‸ }', ["2026-03-02T09:00:00Z"]],
    ["keys of a zone", '"zones": { "x.example": { ‸ } } }', ["mx", "names", "ttl", "fails"]],
    ["keys of a name in a zone", '"zones": { "x.example": { "names": { "www": { ‸ } } } } }', ["a", "aaaa", "cname", "txt"]],
    ["keys of a link", '"links": [ { ‸ } ] }', ["between", "latency", "rate", "loss"]],
    ["verbs of an entry", '"timeline": [ { "at": "0s", "on": "a", ‸ } ] }',
        ["send", "answer", "drop", "delay", "close", "stop", "crash", "start", "link", "set", "probe", "read"]],
    ["keys of a letter", '"timeline": [ { "at": "0s", "on": "a", "send": { ‸ } } ] }', ["to", "cc", "bcc", "subject", "body", "size"]],
    ["commands to aim at", '"timeline": [ { "answer": { "to": ‸ } } ] }', ["RCPT", "MAIL", "DATA", ".", "connect"]],
    ["forms of an expectation", '"expect": [ { "id": "x", ‸ } ] }', ["delivered", "not_relayed", "ndr", "never", "happens"]],
    ["kinds of records", '"expect": [ { "never": { "kind": ‸ } } ] }', ["policy.relay", "mail.delivered", "queue.expired"]],
    ["fields of records", '"expect": [ { "never": { ‸ } } ] }', ["kind", "on", "allowed", "recipient", "code"]],
    ["keys of a prompt", '"lesson": { "prompts": [ { ‸ } ] } }', ["before", "ask", "choices", "answer", "because"]],
];

const hovers = [
    ["a role", '"hosts": { "a": { "m‸ua": {} } } }', /where a person writes and reads mail/],
    ["a key of a role", '"hosts": { "a": { "mta": { "re‸lay": [] } } } }', /the first that fits decides/],
    ["a key that is not built yet", '"hosts": { "a": { "bri‸dge": {} } } }', /Not built yet/],
    ["a verb", '"timeline": [ { "se‸nd": {} } ] }', /writes a letter/],
    ["a field of a record", '"expect": [ { "never": { "all‸owed": true } } ] }', /A field of policy.{1,2}relay/],
];

const good = fs.readFileSync("scenarios/my-first-letter.json", "utf8").replace(/^\s*{/, "");
const wrong = [
    ["an unknown key", '"smtplab": 1, "hosts": { "a": {} }, "sead": 1 }', /sead/],
    ["a missing key", '"smtplab": 1, "hosts": { "a": { "mua": {} } } }', /mailbox/],
    ["a bad duration", '"smtplab": 1, "hosts": { "a": {} }, "internet": { "latency": "5 min" } }', /pattern/],
    ["two verbs", '"smtplab": 1, "hosts": { "a": {} }, "timeline": [ { "at": "0s", "on": "a", "stop": true, "start": true } ] }', /./],
];

/* Every key of the whole schema has what an editor shows: a description and an example. */
function bare(node, path, found) {
    if (!node || typeof node !== "object")
        return;
    for (const [key, value] of Object.entries(node.properties || {}))
        if (!value.description || (!value.examples && !value.anyOf))
            found.push(`${path}/${key}`);
    for (const [key, value] of Object.entries(node))
        bare(value, `${path}/${key}`, found);
}

async function main() {
    for (const [name, body, want] of completions) {
        const got = await complete(body);
        const missing = want.filter((label) => !got.includes(label));
        test(`completion: ${name}`, missing.length === 0, `missing ${missing}; got ${got}`);
    }
    for (const [name, body, want] of hovers) {
        const got = await hover(body);
        test(`hover: ${name}`, want.test(got), got);
    }
    test("no mistake in a good scenario", (await mistakes(good)).length === 0, await mistakes(good));
    for (const [name, body, want] of wrong) {
        const got = await mistakes(body);
        test(`mistake: ${name}`, got.some((message) => want.test(message)), JSON.stringify(got));
    }
    const without = [];
    bare(JSON.parse(schema), "", without);
    test("every key has a description and an example", without.length === 0, without.join(" "));
    process.exit(failed > 0 ? 1 : 0);
}

main();
