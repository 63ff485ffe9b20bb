import { describe, expect, test } from "vitest";
import {
  type Follow,
  type FollowAction,
  type FollowEvent,
  NOT_FOLLOWING,
  step,
} from "../../../src/panes/fresh/follow";

/** What *events* lead to, from the start: the state, and the actions of each. */
function told(...events: FollowEvent[]): { follow: Follow; actions: string[][] } {
  let follow = NOT_FOLLOWING;
  const actions = events.map((event) => {
    const [next, asked] = step(follow, event);
    follow = next;
    return asked.map((one: FollowAction) => one.type);
  });
  return { follow, actions };
}

const on: FollowEvent = { type: "switched", isOn: true };
const off: FollowEvent = { type: "switched", isOn: false };
const typed: FollowEvent = { type: "typed" };
const paused: FollowEvent = { type: "paused" };
const changed: FollowEvent = { type: "changed" };
const checked = (turn: number, verdict: "broken" | "costly" | "free"): FollowEvent => ({
  type: "checked",
  turn,
  verdict,
});

describe("following", () => {
  test("catches up as soon as it is switched on", () => {
    expect(told(on, checked(1, "free")).actions).toEqual([["withdraw", "check"], ["run"]]);
  });

  test("checks once typing has paused, and each key begins the pause anew", () => {
    const { actions } = told(on, checked(1, "free"), typed, typed, paused);
    expect(actions.slice(2)).toEqual([["withdraw", "pause"], ["end pause", "withdraw", "pause"], ["check"]]);
  });

  test("does not wait when another program has changed something", () => {
    expect(told(on, checked(1, "free"), typed, changed).actions.at(-1)).toEqual([
      "end pause",
      "withdraw",
      "check",
    ]);
  });

  test("a text that cannot run changes nothing", () => {
    expect(told(on, checked(1, "broken")).actions.at(-1)).toEqual([]);
  });

  test("asks before what costs much", () => {
    expect(told(on, checked(1, "costly")).actions.at(-1)).toEqual(["ask"]);
  });

  test("an answer about a text that was edited meanwhile is dropped", () => {
    expect(told(on, typed, checked(1, "free")).actions.at(-1)).toEqual([]);
    expect(told(on, typed, paused, checked(1, "free")).actions.at(-1)).toEqual([]);
    expect(told(on, typed, paused, checked(3, "free")).actions.at(-1)).toEqual(["run"]);
  });

  test("a run that a person asks for makes what was to come superfluous", () => {
    const { follow, actions } = told(on, typed, { type: "ran" }, paused);
    expect(actions.slice(2)).toEqual([["end pause", "withdraw"], []]);
    expect(follow).toMatchObject({ isOn: true, doing: "nothing" });
  });

  test("goes on once that run is over", () => {
    expect(told(on, checked(1, "free"), { type: "ran" }, { type: "ended" }).actions.at(-1)).toContain(
      "check",
    );
  });

  test("after a request that failed the next key is followed again", () => {
    const { actions } = told(on, { type: "failed", turn: 1 }, typed, paused);
    expect(actions.at(-1)).toEqual(["check"]);
  });

  test("switched off it does nothing, and what was asked is about another text", () => {
    expect(told(on, typed, off, paused, changed).actions.slice(2)).toEqual([
      ["end pause", "withdraw"],
      [],
      [],
    ]);
    expect(told(typed).actions).toEqual([["withdraw"]]);
    expect(told({ type: "ended" }).actions).toEqual([[]]);
  });
});
