// Loads one bundle as the functions framework does, once the framework itself is loaded, and prints what that took.
import { pathToFileURL } from 'node:url';
import '@google-cloud/functions-framework';

const [bundle = ''] = process.argv.slice(2);
const cpu = process.cpuUsage();
const began = performance.now();
await import(pathToFileURL(bundle).href);
const wall = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ wall, cpu: (user + system) / 1000, rss: process.memoryUsage.rss() / 2 ** 20 }));
process.exit(0);
