/** Whether the finder is open: the shortcut, the menu and two buttons open it. */
class FinderState {
  open = $state(false);
}

export const finder = new FinderState();
