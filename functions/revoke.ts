import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('revoke', {
  route: 'oauth/revoke',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.revoke,
})
