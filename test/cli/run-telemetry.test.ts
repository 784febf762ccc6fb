import { afterEach, expect, test } from 'vitest'
import { ProjectScene } from '#test/support/project-scene.ts'
import { oneTrace, startCollector } from '#test/telemetry/collector.ts'

const RUN = ['run', 'slogan', '--input', '{"product":"wool socks"}']
const scene = new ProjectScene()
afterEach(() => scene.end())

test('errand run exports its trace before it ends, and a collector that is away fails no run', async () => {
  const collector = await startCollector()
  scene.project.write('.env', `OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url}\n`)
  expect(await scene.errand(RUN).closed).toBe(0)
  const names = oneTrace(collector.spans).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['invoke_agent slogan', 'chat demo']))
  expect(collector.metrics.map(({ name }) => name)).toContain('errand.model.cost')
  expect(collector.metrics.map(({ name }) => name)).not.toContain('errand.jobs.unfinished')
  collector.close()
  const away = scene.errand(RUN)
  expect(await away.closed).toBe(0)
  expect(away.unread.split('Spans were dropped')).toHaveLength(2)
  expect(away.unread).not.toContain('yet')
})
