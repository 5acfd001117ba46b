import { administer } from './administer.ts'
import { aYearLater } from './checks/a-year-later.ts'
import { contradictions } from './checks/contradictions.ts'
import { documents } from './checks/documents.ts'
import { oldAzd } from './checks/old-azd.ts'
import { troubles } from './checks/troubles.ts'
import { withoutPackages } from './checks/without-packages.ts'
import { wrongParameter } from './checks/wrong-parameter.ts'
import { wrongSetting } from './checks/wrong-setting.ts'
import { firstRun } from './first-run.ts'
import { doctorAdmitted, hiddenFromModels, officerGone, preview, rotation, secondRun } from './later-runs.ts'
import { missingRights } from './missing-rights.ts'
import { administratorMadeTheApp } from './other-deployers.ts'
import { everythingOn, ownDomain } from './own-domain.ts'
import { ownWords } from './own-words.ts'
import { pipeline } from './pipeline.ts'
import { privateNetwork } from './private-network.ts'
import { removal } from './removal.ts'
import { repair } from './repair.ts'
import type { Story } from './scenario.ts'
import { update } from './update.ts'
import { whoIsTold } from './watched.ts'
import { windows } from './windows.ts'
import { writing } from './writing.ts'

/** Everything that is rehearsed, in order. */
export const STORIES: readonly Story[] = [
  {
    name: 'a-deployment-and-its-life',
    world: {},
    scenarios: [
      ...[
        firstRun,
        administer,
        ownWords,
        secondRun,
        officerGone,
        preview,
        doctorAdmitted,
        hiddenFromModels,
        writing,
        rotation,
        repair,
        troubles,
        update,
      ],
      ...[
        wrongSetting,
        wrongParameter,
        contradictions,
        windows,
        withoutPackages,
        oldAzd,
        aYearLater,
        documents,
        removal,
      ],
    ],
  },
  { name: 'administrator', world: { consultantRoles: [] }, scenarios: [administratorMadeTheApp] },
  { name: 'pipeline', world: {}, scenarios: [pipeline] },
  whoIsTold,
  ownDomain,
  everythingOn,
  privateNetwork,
  ...missingRights,
]
