import { expect, test } from 'vitest';
import { isPlaceholder } from './document-servers.ts';

test.each([
  'https://server.api.mailchimp.com/3.0',
  'https://your-domain.atlassian.net',
  'http://localhost:8080',
  'http://10.0.0.1',
  'https://api.example.com/v1',
  'https://jira.invalid',
])('%s stands for the user’s own', (url) => expect(isPlaceholder(url)).toBe(true));

test.each(['https://server.shop.app', 'https://api.github.com', 'https://observer.example.net'])('%s is real', (url) =>
  expect(isPlaceholder(url)).toBe(false),
);
