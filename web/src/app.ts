/** Behaviour shared by every page. Pages are HTML from the server; without this script they still work, only less swiftly. */
import "@tabler/core/dist/css/tabler.min.css";
import "./theme/index.css";
import { dialogs } from "./behaviours/dialogs";
import { drafts } from "./behaviours/drafts";
import { finder } from "./behaviours/finder";
import { forms } from "./behaviours/forms";
import { lists } from "./behaviours/lists";
import { picked } from "./behaviours/picked";
import { page } from "./behaviours/page";
import { proofs } from "./behaviours/proofs";
import { placement } from "./behaviours/placement";
import { requests } from "./behaviours/requests";
import { uploads } from "./behaviours/uploads";

requests();
dialogs();
drafts();
finder();
forms();
lists();
picked();
uploads();
proofs();
page();
placement();
