/** Names under which programs write what is not finished. */
const UNFINISHED = /^\.|(?:\.part|\.partial|\.crdownload|\.tmp|~)$/i;

/** Whether a name marks a file (or a folder of files) that somebody is still writing. */
export const isUnfinishedName = (name: string): boolean => UNFINISHED.test(name);
