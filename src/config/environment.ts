/** The one reader of the process environment. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;
