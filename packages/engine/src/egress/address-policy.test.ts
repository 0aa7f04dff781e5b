import { describe, expect, test } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';

const publicAddresses = [
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2606:4700:4700::1111',
];
const privateAddresses = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '100.64.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '240.0.0.1',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd12:3456::1',
  '4000::1',
];
const neverReached = [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  'fe80::1',
  '224.0.0.1',
  'ff02::1',
  '255.255.255.255',
];

describe('by default', () => {
  const isAllowed = createAddressPolicy(false);
  test.each(publicAddresses)('%s is allowed', (address) => expect(isAllowed(address)).toBe(true));
  test.each([...privateAddresses, ...neverReached])('%s is not', (address) => expect(isAllowed(address)).toBe(false));
  test.each(['', 'localhost', '127.0.0.1:80', 'example.com'])('%j, not an address, is not', (text) =>
    expect(isAllowed(text)).toBe(false),
  );
});

describe('with access to the private network', () => {
  const isAllowed = createAddressPolicy(true);
  test.each([...publicAddresses, ...privateAddresses])('%s is allowed', (address) =>
    expect(isAllowed(address)).toBe(true),
  );
  test.each(neverReached)('%s is not', (address) => expect(isAllowed(address)).toBe(false));
});

describe('with a list', () => {
  test('only what it names is allowed besides the public internet', () => {
    const isAllowed = createAddressPolicy(['10.1.0.0/16', '127.0.0.1', 'fd00::/8', '169.254.169.254']);
    for (const address of ['8.8.8.8', '10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', 'fd00::1', '169.254.169.254']) {
      expect(isAllowed(address), address).toBe(true);
    }
    for (const address of ['10.2.0.1', '127.0.0.2', 'fc00::1', '169.254.169.253']) {
      expect(isAllowed(address), address).toBe(false);
    }
  });

  test.each(['localhost', '10.0.0.0/33', ''])('an entry %j is refused', (entry) => {
    expect(() => createAddressPolicy([entry])).toThrow(TypeError);
  });
});
