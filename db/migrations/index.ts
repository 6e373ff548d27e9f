/** The migrations in order; their texts lie beside this file. The Workers entry has no disk and knows them by this list. */
export const MIGRATIONS = ['0001_foundation', '0007_privacy']
