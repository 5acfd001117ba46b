import type { Advice } from './advice.ts'

const AGAIN = '  npm run doctor -- {url} --sign-in'
const REPAIR = `  azd provision entra --no-state
Where an administrator made the registration for you (ENTRA_APP_MODE=existing), he or she runs instead:
  npm run register-app`

/** Why a sign-in was refused, as the app's page told the person. */
export const REFUSAL_ADVICE = {
  'consent-missing': {
    means: 'Nobody has allowed the app to sign people in and to read Dynamics 365 for them (AADSTS65001, AADSTS90094).',
    fix: `An administrator consents once for everybody. This prints the address for it:
  azd hooks run postprovision --layer entra
${AGAIN}`,
  },
  'further-proof-needed': {
    means: 'Microsoft wants another proof of who you are (AADSTS50076, AADSTS50079), which was not given.',
    fix: `Run it again and finish every step that Microsoft shows:\n${AGAIN}`,
  },
  'not-assigned': {
    means: 'The app is open to assigned people only, and this person is not assigned (AADSTS50105).',
    fix: `Entra admin centre → Enterprise applications → the app → Users and groups → Add: the person or a group.\n${AGAIN}`,
  },
  'conditional-access': {
    means: 'A Conditional Access policy does not allow it from this device or place (AADSTS53003 and the like).',
    fix: `Entra admin centre → Sign-in logs → the failed entry → Conditional Access names the policy. A policy by location sees the address of the function app when it renews its access.\n${AGAIN}`,
  },
  'wrong-account': {
    means: 'The account belongs to another organisation than the one that runs this app.',
    fix: `Run it again and choose the work account (“Use another account” on the first page):\n${AGAIN}`,
  },
  'account-blocked': {
    means: 'Microsoft reports the account as disabled or locked.',
    fix: `Entra admin centre → Users → the person → Account status.\n${AGAIN}`,
  },
  'app-unknown-to-entra': {
    means: 'Entra does not know the app’s registration in this tenant (AADSTS700016, AADSTS50011).',
    fix: `Compare, then repair:\n  azd env get-value ENTRA_CLIENT_ID\n${REPAIR}\nThen write the settings anew:\n  azd provision platform --no-state`,
  },
  'registration-of-app-incomplete': {
    means: 'The registration lacks a permission that the sign-in needs (AADSTS650056, AADSTS650053, AADSTS90008).',
    fix: `${REPAIR}\nThen consent once more; this prints the address for it:\n  azd hooks run postprovision --layer entra`,
  },
  'api-scope-wrong': {
    means: 'The app asks for itself under another name than its bare client id (AADSTS90009).',
    fix: '  azd env set ENTRA_API_SCOPE=\n  azd provision platform --no-state',
  },
  'dynamics-unknown-to-entra': {
    means: 'The tenant knows no Dynamics 365 under the address of the settings (AADSTS500011, AADSTS650052).',
    fix: 'DATAVERSE_URL must be an environment of this tenant:\n  azd env get-value DATAVERSE_URL',
  },
  'credential-refused': {
    means: 'Entra does not accept how the app proves itself (AADSTS700213, AADSTS7000215, AADSTS7000222).',
    fix: `The federated credential names another managed identity, or a secret has run out. The deep check names it exactly:
  npm run doctor -- {url} --deep
${REPAIR}`,
  },
  'app-switched-off': {
    means: 'The enterprise application is switched off in the tenant (AADSTS7000112).',
    fix: `Entra admin centre → Enterprise applications → the app → Properties → Enabled for users to sign in: Yes.\n${AGAIN}`,
  },
  'own-token-refused': {
    means:
      'Entra does not take back the token that it gave the app (AADSTS500133, AADSTS50013): a clock, or the version of the registration’s tokens.',
    fix: `The deep check compares the clocks:
  npm run doctor -- {url} --deep
${REPAIR}`,
  },
  'not-renewable': {
    means: 'Entra gave the app no refresh token, so a connection would end within the hour.',
    fix: `An administrator consents once more, for offline_access too. This prints the address for it:
  azd hooks run postprovision --layer entra
${AGAIN}`,
  },
  'role-or-group-missing': {
    means: 'ALLOWED_ROLES or ALLOWED_GROUPS opens the app to certain people, and this person is none of them.',
    fix: `Give the person the role or the group in Entra, or change who may:\n  azd env get-values`,
  },
  'person-switched-off': {
    means: 'An administrator has switched off this person’s access through the app.',
    fix: 'An administrator switches the person on again; where they were connected they need not connect anew:\n  npm run admin -- switch on person <person>',
  },
  'too-many-groups': {
    means: 'The person is in more groups than Entra puts into a token, so ALLOWED_GROUPS cannot be read.',
    fix: 'Use app roles in place of groups:\n  azd env set ALLOWED_GROUPS= ALLOWED_ROLES=<role>\n  azd provision platform',
  },
  'no-dynamics-user': {
    means: 'The sign-in works, and Dynamics 365 has no enabled user for this person.',
    fix: `Power Platform admin centre → Environments → the environment → Users: add or enable the person, with a licence.\n${AGAIN}`,
  },
  'no-security-role': {
    means: 'The sign-in works, and the person has no security role in Dynamics 365.',
    fix: `Power Platform admin centre → Environments → the environment → Users → the person → Manage security roles.\n${AGAIN}`,
  },
  'sign-in-unavailable': {
    means: 'Microsoft, the table storage, Key Vault or Dynamics 365 did not answer the app as it should.',
    fix: `Wait a minute and try again; if it stays, the deep check names which one:\n  npm run doctor -- {url} --deep`,
  },
} as const satisfies Record<string, Advice>
