import type { Migration } from '../sqlite.ts';
import { MESSAGE_BUS_SQL } from './message-bus.ts';

/** The database of records and messages. Tables of collections are not here: they follow the collections' definitions. */
export const CORE_MIGRATIONS: readonly Migration[] = [{ id: 1, name: 'message-bus', sql: MESSAGE_BUS_SQL }];
