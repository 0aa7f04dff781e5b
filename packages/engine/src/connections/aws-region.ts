const region = /(?:^|[.-])((?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:gov-|iso[a-z]?-)?[a-z]+-\d)(?=[.-]|$)/;

/** Whether it is written as regions of AWS are: it becomes part of a host's name. */
export function isAwsRegion(text: string): boolean {
  return region.exec(text)?.[1] === text;
}

/** The region in the name of a host: `us-east-1` of `sqs.us-east-1.amazonaws.com`. */
export function awsRegionOf(host: string): string | undefined {
  return region.exec(host)?.[1];
}

/**
 * The same host in another region. One without a region serves them all. Regions of China have a domain of their own.
 */
export function inAwsRegion(host: string, wanted: string): string {
  const present = awsRegionOf(host);
  if (present === undefined || present === wanted) return host;
  const moved = host.replace(present, wanted);
  const plain = moved.replace(/\.amazonaws\.com\.cn$/, '.amazonaws.com');
  return wanted.startsWith('cn-') ? plain.replace(/\.amazonaws\.com$/, '.amazonaws.com.cn') : plain;
}
