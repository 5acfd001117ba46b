import { describeAnswersAt } from './sign-in-answers.ts'

describeAnswersAt('token.obo', 'what Entra says of the exchange for Dataverse')
