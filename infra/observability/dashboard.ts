import { metricFilter } from './log-metrics.ts';

interface Tile {
  title: string;
  filter: string;
  aligner: 'ALIGN_RATE' | 'ALIGN_DELTA' | 'ALIGN_MAX' | 'ALIGN_PERCENTILE_95' | 'ALIGN_MEAN';
  reducer: 'REDUCE_SUM' | 'REDUCE_MAX';
  by?: string;
}

const RUN = 'resource.type="cloud_run_revision"';
const TILES: readonly Tile[] = [
  {
    title: 'Requests a second, by kind of answer',
    filter: `metric.type="run.googleapis.com/request_count" AND ${RUN} AND resource.labels.service_name="api"`,
    aligner: 'ALIGN_RATE',
    reducer: 'REDUCE_SUM',
    by: 'metric.label.response_code_class',
  },
  {
    title: 'Latency of the API, 95th percentile, ms',
    filter: `metric.type="run.googleapis.com/request_latencies" AND ${RUN} AND resource.labels.service_name="api"`,
    aligner: 'ALIGN_PERCENTILE_95',
    reducer: 'REDUCE_MAX',
  },
  {
    title: 'Runs that ended, by how',
    filter: metricFilter('recto-runs'),
    aligner: 'ALIGN_DELTA',
    reducer: 'REDUCE_SUM',
    by: 'metric.label.status',
  },
  {
    title: 'Dead letters, by code',
    filter: metricFilter('recto-dead-letters'),
    aligner: 'ALIGN_DELTA',
    reducer: 'REDUCE_SUM',
    by: 'metric.label.code',
  },
  {
    title: 'Age of the oldest message, s',
    filter:
      'metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND resource.type="pubsub_subscription"',
    aligner: 'ALIGN_MAX',
    reducer: 'REDUCE_MAX',
    by: 'resource.label.subscription_id',
  },
  {
    title: 'Instances',
    filter: `metric.type="run.googleapis.com/container/instance_count" AND ${RUN}`,
    aligner: 'ALIGN_MAX',
    reducer: 'REDUCE_SUM',
    by: 'resource.label.service_name',
  },
  {
    title: 'Latency of OCR and the converter, 95th percentile, ms',
    filter: `metric.type="run.googleapis.com/request_latencies" AND ${RUN} AND resource.labels.service_name=monitoring.regex.full_match("ocr-.*|converter")`,
    aligner: 'ALIGN_PERCENTILE_95',
    reducer: 'REDUCE_MAX',
    by: 'resource.label.service_name',
  },
  {
    title: 'Memory of instances, 95th percentile',
    filter: `metric.type="run.googleapis.com/container/memory/utilizations" AND ${RUN}`,
    aligner: 'ALIGN_PERCENTILE_95',
    reducer: 'REDUCE_MAX',
    by: 'resource.label.service_name',
  },
];

const WIDTH = 24;
const HEIGHT = 16;

/** Two charts a row. */
export function dashboard(title: string): string {
  return JSON.stringify({
    displayName: title,
    mosaicLayout: {
      columns: WIDTH * 2,
      tiles: TILES.map(({ title: name, filter, aligner, reducer, by }, index) => ({
        xPos: (index % 2) * WIDTH,
        yPos: Math.floor(index / 2) * HEIGHT,
        width: WIDTH,
        height: HEIGHT,
        widget: {
          title: name,
          xyChart: {
            dataSets: [
              {
                plotType: 'LINE',
                timeSeriesQuery: {
                  timeSeriesFilter: {
                    filter,
                    aggregation: {
                      alignmentPeriod: '60s',
                      perSeriesAligner: aligner,
                      crossSeriesReducer: reducer,
                      groupByFields: by === undefined ? [] : [by],
                    },
                  },
                },
              },
            ],
          },
        },
      })),
    },
  });
}
