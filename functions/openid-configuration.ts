import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('openid-configuration', {
  route: '.well-known/openid-configuration/{*path}',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.openidConfiguration,
})
