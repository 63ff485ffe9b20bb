/** Following: when a page catches up by itself. A machine without clock, requests or DOM. */

export interface Follow {
  readonly isOn: boolean;
  /** It waits for typing to pause, or for an answer to whether and at what cost the text can run. */
  readonly doing: "nothing" | "pausing" | "checking";
  /** What was begun before the newest turn is out of date. */
  readonly turn: number;
}

export type FollowEvent =
  | { readonly type: "switched"; readonly isOn: boolean }
  /** Somebody typed. */
  | { readonly type: "typed" }
  /** Another program wrote the script, or something that it used. */
  | { readonly type: "changed" }
  /** Typing has paused. */
  | { readonly type: "paused" }
  | { readonly type: "checked"; readonly turn: number; readonly verdict: "broken" | "costly" | "free" }
  /** No answer came. */
  | { readonly type: "failed"; readonly turn: number }
  /** A person runs something, or says yes to what was asked. */
  | { readonly type: "ran" }
  /** A run that a person asked for is over and well. */
  | { readonly type: "ended" };

export type FollowAction =
  | { readonly type: "pause" }
  | { readonly type: "end pause" }
  | { readonly type: "check"; readonly turn: number }
  | { readonly type: "ask" }
  | { readonly type: "withdraw" }
  | { readonly type: "run" };

export const NOT_FOLLOWING: Follow = { isOn: false, doing: "nothing", turn: 0 };

type Step = readonly [Follow, readonly FollowAction[]];

/** What *event* makes of *follow*, and what is to be done, in order. */
export function step(follow: Follow, event: FollowEvent): Step {
  const { isOn, doing } = follow;
  const turn = follow.turn + 1;
  const endPause: FollowAction[] = doing === "pausing" ? [{ type: "end pause" }] : [];
  const check = (isNowOn: boolean): Step => [
    { isOn: isNowOn, doing: "checking", turn },
    [...endPause, { type: "withdraw" }, { type: "check", turn }],
  ];
  switch (event.type) {
    case "switched":
      if (event.isOn) return check(true);
      return [{ isOn: false, doing: "nothing", turn }, [...endPause, { type: "withdraw" }]];
    case "typed":
      // Whatever was asked is about another text, also where nobody follows.
      if (!isOn) return [{ ...follow, turn }, [{ type: "withdraw" }]];
      return [{ isOn, doing: "pausing", turn }, [...endPause, { type: "withdraw" }, { type: "pause" }]];
    case "changed":
      return isOn ? check(isOn) : [follow, []];
    case "paused":
      return doing === "pausing"
        ? [{ isOn, doing: "checking", turn }, [{ type: "check", turn }]]
        : [follow, []];
    case "checked":
      if (doing !== "checking" || event.turn !== follow.turn) return [follow, []];
      return [{ ...follow, doing: "nothing" }, ACTIONS[event.verdict]];
    case "failed":
      return event.turn === follow.turn ? [{ ...follow, doing: "nothing" }, []] : [follow, []];
    case "ran":
      return [{ isOn, doing: "nothing", turn }, [...endPause, { type: "withdraw" }]];
    case "ended":
      return isOn && doing === "nothing" ? check(isOn) : [follow, []];
  }
}

const ACTIONS: Record<"broken" | "costly" | "free", readonly FollowAction[]> = {
  broken: [],
  costly: [{ type: "ask" }],
  free: [{ type: "run" }],
};
