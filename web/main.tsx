import { render } from "preact";
import { startRouter } from "./router.ts";
import { Shell } from "./shell/shell.tsx";
import { startTaste } from "./state.ts";
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/ui.css";
import "./style/shell.css";

startTaste();
startRouter();
const root = document.getElementById("app");
if (root !== null) render(<Shell />, root);
