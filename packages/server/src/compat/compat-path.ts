/** Where existing clients look for their API. */
export const compatPath = '/api/v3.1';
