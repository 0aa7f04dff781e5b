/** Started by the official suite as its client: hands the task on to the test, which has everything loaded already. */
const { MCP_CONFORMANCE_SCENARIO, MCP_CONFORMANCE_PROTOCOL_VERSION, MCP_CONFORMANCE_CONTEXT } = process.env;
const [relayUrl = '', url] = process.argv.slice(2);
const response = await fetch(relayUrl, {
  method: 'POST',
  body: JSON.stringify({
    url,
    scenario: MCP_CONFORMANCE_SCENARIO,
    revision: MCP_CONFORMANCE_PROTOCOL_VERSION,
    context: JSON.parse(MCP_CONFORMANCE_CONTEXT ?? '{}'),
  }),
});
process.stderr.write(await response.text());
process.exitCode = response.ok ? 0 : 1;
