import { expect, test } from 'vitest';
import { awsRegionOf, inAwsRegion, isAwsRegion } from './aws-region.ts';

test.each([
  ['sqs.us-east-1.amazonaws.com', 'us-east-1'],
  ['s3-us-west-2.amazonaws.com', 'us-west-2'],
  ['rds.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['ec2.ap-southeast-4.amazonaws.com', 'ap-southeast-4'],
  ['iam.amazonaws.com', undefined],
  ['api.example.com', undefined],
])('the region in %s is %s', (host, region) => {
  expect(awsRegionOf(host)).toBe(region);
});

test('a host moves to another region; one of all regions stays', () => {
  expect(inAwsRegion('s3.us-east-1.amazonaws.com', 'eu-central-2')).toBe('s3.eu-central-2.amazonaws.com');
  expect(inAwsRegion('s3.us-east-1.amazonaws.com', 'cn-north-1')).toBe('s3.cn-north-1.amazonaws.com.cn');
  expect(inAwsRegion('s3.cn-north-1.amazonaws.com.cn', 'us-east-1')).toBe('s3.us-east-1.amazonaws.com');
  expect(inAwsRegion('iam.amazonaws.com', 'eu-central-1')).toBe('iam.amazonaws.com');
});

test('nothing else than a region is one', () => {
  expect(['us-east-1', 'us-iso-east-1', 'il-central-1'].every(isAwsRegion)).toBe(true);
  for (const text of ['', 'us-east-1.evil', 'x.us-east-1', 'us-east-1/', 'useast1', 'US-EAST-1', 'zz-east-1']) {
    expect(isAwsRegion(text), text).toBe(false);
  }
});
