"""A chart of curves of which a part is looked at: its keys, its mouse and its wheel, which all change one View."""

from dataclasses import replace

from textual import events

from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.view import View, next_smoothing, panned, zoomed
from seqtui.tui.drawing.axes import Axis
from seqtui.tui.drawing.canvas import Box


class ViewedChart(Chart):
    """Abstract. A chart says where its plot is and what its newest point is, and smooths anew when it is told to.

    view: what is looked at; _x_axis, _y_axis: what was drawn last, None where bounds are to be chosen afresh.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.view = View()
        self._x_axis: Axis | None = None
        self._y_axis: Axis | None = None
        self._dragged: int | None = None

    def plot(self) -> Box:
        """The cells within the axes."""
        raise NotImplementedError

    def newest(self) -> float:
        """Where the newest point is on the horizontal axis; there is one."""
        raise NotImplementedError

    def smooth_anew(self) -> None:
        """The view's smoothing is another."""
        raise NotImplementedError

    def action_log(self) -> None:
        """Logarithmic or linear."""
        self._look_at(replace(self.view, log=not self.view.log))

    def action_window(self) -> None:
        """All, or the most recent."""
        self._look_at(replace(self.view, recent=not self.view.recent, zoom=None))

    def action_zoom(self, factor: float) -> None:
        """Nearer or farther, around the cursor."""
        if self._x_axis:
            self._look_at(zoomed(self.view, self._x_axis, factor, self.view.cursor))

    def action_smooth(self) -> None:
        """The next smoothing."""
        self._look_at(next_smoothing(self.view))

    def action_reset(self) -> None:
        """Everything, linear, as it is."""
        self._x_axis = self._y_axis = None
        self._look_at(View())

    def action_cursor(self, cells: int) -> None:
        """Move the cursor by cells; the first press puts it at the newest point."""
        if self._x_axis is None or self.has_nothing():
            return
        axis, at = self._x_axis, self.view.cursor
        to = self.newest() if at is None else at + cells * (axis.high - axis.low) / max(self.plot().width, 1)
        self._look_at(replace(self.view, cursor=min(max(to, axis.low), axis.high)))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The cursor follows; what is dragged moves along."""
        x = self._value_under(event)
        if self._dragged is not None and self._x_axis:
            moved = (self._dragged - event.x) / max(self.plot().width, 1)
            self._dragged = event.x
            self._look_at(panned(self.view, self._x_axis, moved))
        elif x is not None and x != self.view.cursor:
            self._look_at(replace(self.view, cursor=x))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold."""
        self._dragged = event.x
        self.capture_mouse()

    def on_mouse_up(self, _: events.MouseUp) -> None:
        """Let go."""
        self._dragged = None
        self.release_mouse()

    def on_leave(self, _: events.Leave) -> None:
        """No cursor without a mouse."""
        if self.view.cursor is not None:
            self._look_at(replace(self.view, cursor=None))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Nearer, around the mouse."""
        self._wheel(event, 0.8)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Farther."""
        self._wheel(event, 1.25)

    def _wheel(self, event: events.MouseEvent, factor: float) -> None:
        event.stop()
        if self._x_axis:
            self._look_at(zoomed(self.view, self._x_axis, factor, self._value_under(event)))

    def _value_under(self, event: events.MouseEvent) -> float | None:
        """What the axis says at the mouse."""
        offset, plot = event.get_content_offset(self), self.plot()
        if offset is None or self._x_axis is None or not plot.width or not 0 <= offset.x - plot.x < plot.width:
            return None
        return self._x_axis.value((offset.x - plot.x + 0.5) / plot.width)

    def _look_at(self, view: View) -> None:
        before, self.view = self.view, view
        if view.smoothing != before.smoothing:
            self.smooth_anew()
        if replace(view, cursor=before.cursor) != before:
            self._x_axis = self._x_axis if view.zoom else None
            self._y_axis = None
        self.changed()
