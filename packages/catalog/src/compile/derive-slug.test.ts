import { expect, test } from 'vitest';
import { deriveSlug } from './derive-slug.ts';

test.each([
  // Names that people use.
  ['googleapis.com/gmail', 'gmail'],
  ['atlassian.com/jira', 'jira'],
  ['youneedabudget.com', 'ynab'],
  ['npm:@octokit/openapi/generated/api.github.com.json', 'github'],
  ['npm:@octokit/openapi/generated/ghes-3.20.json', 'github_enterprise_server'],
  ['npm:@figma/rest-api-spec/openapi/openapi.yaml', 'figma'],
  // The company, and its service.
  ['slack.com', 'slack'],
  ['www.example.com', 'example'],
  ['api.example.co.uk', 'example'],
  ['sportsdata.io/nba-v3-scores', 'sportsdata_nba_v3_scores'],
  ['amazonaws.com/dynamodb', 'aws_dynamodb'],
  ['azure.com/batch-BatchService', 'azure_batch'],
  ['adyen.com/CheckoutService-v71', 'adyen_checkout_v71'],
  // What the service repeats of the company is said once.
  ['amadeus.com/amadeus-hotel-search', 'amadeus_hotel_search'],
  ['npm:@twilio-alpha/mcp/twilio-oai/spec/json/twilio_api_v2010.json', 'twilio'],
  ['npm:@twilio-alpha/mcp/twilio-oai/spec/json/twilio_chat_v2.json', 'twilio_chat_v2'],
  ['1forge.com', 'oneforge'],
  ['3dnames.com', 'api_3dnames'],
])('%s is called %s', (name, slug) => {
  expect(deriveSlug(name)).toBe(slug);
});

test('slugs are such as the format wants, and long ones differ where their names do', () => {
  const long = 'example.com/aVeryLongNameOfAServiceThatDoesManyThings';
  const [one, other] = [deriveSlug(`${long}One`), deriveSlug(`${long}Other`)];
  for (const slug of [one, other, deriveSlug('99.example/x.y~z'), deriveSlug('ÄÖ.com')]) {
    expect(slug).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
  }
  expect(one).not.toBe(other);
  expect(deriveSlug(`${long}One`)).toBe(one);
});
