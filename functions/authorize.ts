import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('authorize', {
  route: 'oauth/authorize',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.authorize,
})
