import { SCHEDULE_ID } from '#domain/schedule/schedule.ts'
import { pathParameter } from '../../openapi/path-parameter.ts'
import { BODY_ERRORS, type Route } from '../../openapi/route.ts'
import type { Tag } from '../../openapi/tags.ts'
import { BackfillRequest, DeleteScheduleQuery, ScheduleQuery, ScheduleRequest } from '../../wire/schedule-requests.ts'
import { Schedule, SchedulePage, ScheduleRun } from '../../wire/schedule.ts'

const SCHEDULES: Tag = { name: 'schedules', description: 'Work that starts itself.' }

const path = {
  id: pathParameter('ScheduleId', SCHEDULE_ID, { description: 'Id of a schedule.', example: 'weekly-plan' }),
}

const CONTROL: Pick<Route, 'path' | 'scope' | 'tag'> = { path, scope: 'submit', tag: SCHEDULES }

const CONTROL_ERRORS = ['unsupported_media_type', 'schedule_not_found', 'schedule_ended', 'version_conflict'] as const

/** What is said of the schedules' routes in the document. */
export const SCHEDULE_ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listSchedules',
    summary: 'List schedules',
    description:
      'In an order of its own, which stays the same from page to page. A page may have fewer schedules than asked for, even none, and still a next page.',
    scope: 'read',
    tag: SCHEDULES,
    query: ScheduleQuery,
    answers: { 200: { description: 'A page of schedules.', schema: SchedulePage, headers: ['link'] } },
  },
  'GET /{id}': {
    id: 'getSchedule',
    summary: 'A schedule, its next ten fires and its last fifty',
    description: 'A schedule that has ended is shown for a week.',
    path,
    scope: 'read',
    tag: SCHEDULES,
    answers: { 200: { description: 'The schedule as it stands.', schema: Schedule } },
    errors: ['schedule_not_found'],
  },
  'PUT /{id}': {
    id: 'putSchedule',
    summary: 'Create or replace a schedule',
    description:
      'The caller chooses the id, so a repeat is harmless. Of a schedule that fires once, a later PUT moves the fire that is still to come (debounce). Of one that recurs, a PUT with the same `when` leaves the cadence as it is.',
    ...CONTROL,
    body: ScheduleRequest,
    answers: {
      200: {
        description: 'It is replaced, or the event was too old (`ignored`).',
        schema: Schedule,
        headers: ['location'],
      },
      201: { description: 'It is created, or started again after its end.', schema: Schedule, headers: ['location'] },
    },
    errors: [
      ...BODY_ERRORS,
      'invalid_schedule',
      'schedule_declared',
      'unknown_agent',
      'invalid_input',
      'callback_refused',
      'model_not_configured',
      'version_conflict',
    ],
  },
  'DELETE /{id}': {
    id: 'deleteSchedule',
    summary: 'End a schedule',
    description:
      'It fires no more. Jobs that it has submitted go on. With `occurred_at` it may come before its PUT: that PUT changes nothing then.',
    ...CONTROL,
    query: DeleteScheduleQuery,
    answers: { 200: { description: 'It has ended, or the event was too old (`ignored`).', schema: Schedule } },
    errors: ['schedule_not_found', 'schedule_declared', 'invalid_schedule', 'version_conflict'],
  },
  'POST /{id}/pause': {
    id: 'pauseSchedule',
    summary: 'Pause a schedule',
    description: 'Harmless to repeat.',
    ...CONTROL,
    answers: { 200: { description: 'It is paused.', schema: Schedule } },
    errors: CONTROL_ERRORS,
  },
  'POST /{id}/resume': {
    id: 'resumeSchedule',
    summary: 'Resume a paused schedule',
    description: 'The fires of a recurring schedule that came meanwhile are skipped. Harmless to repeat.',
    ...CONTROL,
    answers: { 200: { description: 'It is active.', schema: Schedule } },
    errors: CONTROL_ERRORS,
  },
  'POST /{id}/run': {
    id: 'runSchedule',
    summary: 'Fire once now',
    description: 'Beside the cadence, which stays as it is. Also while it is paused, and in quiet hours.',
    ...CONTROL,
    headers: ['idempotency-key'],
    answers: {
      202: { description: 'Its job is submitted moments later.', schema: ScheduleRun, headers: ['location'] },
    },
    errors: [...CONTROL_ERRORS, 'schedule_busy'],
  },
  'POST /{id}/backfill': {
    id: 'backfillSchedule',
    summary: 'Submit the fires of a past period',
    description: 'At most 1000 fires. One that was submitted before is not submitted again.',
    ...CONTROL,
    body: BackfillRequest,
    answers: { 202: { description: 'It goes on by itself.', schema: Schedule } },
    errors: [
      ...BODY_ERRORS,
      'schedule_not_found',
      'schedule_ended',
      'schedule_busy',
      'invalid_schedule',
      'version_conflict',
    ],
  },
}
