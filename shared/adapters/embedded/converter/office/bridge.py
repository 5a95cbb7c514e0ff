"""Drives one headless Office process over a UNO pipe: JSON lines in, JSON lines out, one conversion at a time.

In:  {"id", "input", "output", "importFilter"?, "filterOptions"?, "password"?, "maxPages"}
Out: {"ready": true, "version"} once, then {"id", "ok": true, "rows", "warnings"} or {"id", "ok": false, "code", "message"}
When the platform goes away (end of input), the whole process group ends.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.task import XInteractionHandler2

MAX_CELLS = 4_000_000
# Exit codes by which Office asks to be started again; the first start with a new profile ends so.
WANTS_RESTART = (79, 81)
PDF_FILTERS = (
    ("com.sun.star.sheet.SpreadsheetDocument", "calc_pdf_Export"),
    ("com.sun.star.presentation.PresentationDocument", "impress_pdf_Export"),
    ("com.sun.star.drawing.DrawingDocument", "draw_pdf_Export"),
    ("com.sun.star.text.WebDocument", "writer_web_pdf_Export"),
    ("com.sun.star.text.GlobalDocument", "writer_globaldocument_pdf_Export"),
    ("com.sun.star.text.TextDocument", "writer_pdf_Export"),
)


class Failure(Exception):
    def __init__(self, code, message, **details):
        super().__init__(message)
        self.code = code
        self.details = details


def prop(name, value):
    found = PropertyValue()
    found.Name = name
    found.Value = value
    return found


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def socket_files(pid):
    """The socket files that a process has bound: Office puts them into /tmp whatever it is told, and leaves them there."""
    if sys.platform != "linux":
        return []
    held = set()
    for fd in os.listdir("/proc/%d/fd" % pid):
        try:
            held.add(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
        except OSError:
            continue  # closed meanwhile
    files = []
    with open("/proc/%d/net/unix" % pid) as table:
        for row in table:
            columns = row.split()
            if len(columns) == 8 and "socket:[%s]" % columns[6] in held and columns[7].startswith("/"):
                files.append(columns[7])
    return sorted(set(files))


class Answers(unohelper.Base, XInteractionHandler2):
    """Answers every question with "cancel", and remembers what was asked."""

    def __init__(self):
        self.asked = []

    def handle(self, request):
        self.handleInteractionRequest(request)

    def handleInteractionRequest(self, request):
        question = request.getRequest()
        name = getattr(question, "__pyunostruct__", type(question).__name__)
        name = getattr(type(question), "__pyunointerface__", name) or name
        mode = getattr(getattr(question, "Mode", None), "value", "")
        self.asked.append("%s %s %s" % (type(question).__name__, name, mode))
        for continuation in request.getContinuations():
            abort = continuation.queryInterface(uno.getTypeByName("com.sun.star.task.XInteractionAbort"))
            if abort is not None:
                abort.select()
                return True
        return False


class Office:
    def __init__(self, program, profile, pipe, home):
        command = [
            program,
            "--headless",
            "--invisible",
            "--nologo",
            "--norestore",
            "--nodefault",
            "--nofirststartwizard",
            "--nolockcheck",
            "-env:UserInstallation=" + uno.systemPathToFileUrl(profile),
            "--accept=pipe,name=%s;urp;StarOffice.ComponentContext" % pipe,
        ]
        self.start = lambda: subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=home,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )
        self.process = self.start()
        self.context = self.connect("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        manager = self.context.ServiceManager
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        reader = manager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", self.context)
        setup = reader.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", (prop("nodepath", "/org.openoffice.Setup/Product"),)
        )
        self.version = setup.getByName("ooSetupVersionAboutBox")

    def connect(self, url):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + 60
        while True:
            try:
                return resolver.resolve(url)
            except Exception as error:
                ended = self.process.poll()
                if ended in WANTS_RESTART:
                    self.process = self.start()
                elif ended is not None or time.monotonic() > deadline:
                    raise SystemExit("Office did not start: exit %s, %s" % (ended, type(error).__name__))
                time.sleep(0.05)

    def gone(self, error):
        """Whether a call failed because Office died: the broken bridge is noticed a moment before the exit is."""
        if "Disposed" in type(error).__name__:
            return True
        try:
            self.process.wait(0.5)
            return True
        except subprocess.TimeoutExpired:
            return False

    def load(self, task):
        answers = Answers()
        properties = [
            prop("Hidden", True),
            # The columns of a plain table are widened, which needs leave to edit.
            prop("ReadOnly", not (task.get("importFilter") or "").startswith("Text - txt")),
            prop("UpdateDocMode", 0),
            prop("MacroExecutionMode", 0),
            prop("LockContentExtraction", False),
            prop("SuggestedSaveAsName", "document"),
            prop("InteractionHandler", answers),
        ]
        for key, name in (("importFilter", "FilterName"), ("filterOptions", "FilterOptions"), ("password", "Password")):
            if task.get(key) is not None:
                properties.append(prop(name, task[key]))
        cause = ""
        try:
            document = self.desktop.loadComponentFromURL(
                uno.systemPathToFileUrl(task["input"]), "_blank", 0, tuple(properties)
            )
        except Exception as error:
            if self.gone(error):
                raise Failure("conversion_crashed", "The document crashed Office.")
            document = None
            cause = " (%s)" % str(error).split("\n")[0][:200]
        if document is not None:
            return document
        if task.get("password") is not None and task["input"].endswith(".ppt"):
            raise Failure(
                "conversion_failed",
                "LibreOffice cannot open PowerPoint 97-2003 files that have a password. Save the presentation without one.",
            )
        if task.get("password") is not None and cause == "":
            raise Failure("password_wrong", "The password does not open the document. Check it and send it again.")
        if any("Password" in asked for asked in answers.asked):
            raise Failure("password_required", "The document needs a password to be opened. Send it with the document.")
        raise Failure(
            "file_corrupt",
            "The document is damaged: Office cannot open it%s. Save it again with the program that made it." % cause,
        )

    def convert(self, task):
        document = self.load(task)
        try:
            export = next((name for service, name in PDF_FILTERS if document.supportsService(service)), None)
            if export is None:
                raise Failure("conversion_failed", "Office opened the file as a kind of document that has no pages.")
            rows = None
            warnings = []
            if export == "calc_pdf_Export":
                rows = prepare_sheets(document, task, warnings)
            check_pages(document, export, task["maxPages"])
            data = (
                prop("ExportFormFields", False),
                prop("ExportBookmarks", False),
                prop("ExportNotes", False),
                prop("UseTaggedPDF", False),
                prop("UseLosslessCompression", False),
                prop("Quality", 92),
                prop("ReduceImageResolution", True),
                prop("MaxImageResolution", 300),
                prop("IsAddStream", False),
                prop("ExportLinksRelativeFsys", False),
                prop("ExportHiddenSlides", True),
            )
            document.storeToURL(
                uno.systemPathToFileUrl(task["output"]),
                (
                    prop("FilterName", export),
                    prop("Overwrite", True),
                    prop("FilterData", uno.Any("[]com.sun.star.beans.PropertyValue", data)),
                ),
            )
            return {"rows": rows, "warnings": warnings}
        finally:
            try:
                document.close(True)
            except Exception:
                document.dispose()


def check_pages(document, export, most):
    pages = None
    if export.startswith("writer"):
        pages = document.getCurrentController().PageCount
    elif export in ("impress_pdf_Export", "draw_pdf_Export"):
        pages = document.getDrawPages().getCount()
    if pages is not None and pages > most:
        raise Failure(
            "too_many_pages",
            "The document has %d pages; at most %d are taken. Split it and send the parts." % (pages, most),
            pages=pages,
            maxPages=most,
        )


def prepare_sheets(document, task, warnings):
    """Shows all content: print ranges are widened to all that is used, a sheet that is a little too wide is scaled to the page. Returns rows with content."""
    rows = 0
    cells = 0
    sheets = document.getSheets()
    styles = document.getStyleFamilies().getByName("PageStyles")
    for index in range(sheets.getCount()):
        sheet = sheets.getByIndex(index)
        if not sheet.IsVisible:
            if "hidden-sheets" not in warnings:
                warnings.append("hidden-sheets")
            continue
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        used = cursor.getRangeAddress()
        used.StartRow = used.StartColumn = 0
        cells += (used.EndRow + 1) * (used.EndColumn + 1)
        # VALUE, DATETIME, STRING, FORMULA
        filled = sheet.queryContentCells(1 | 2 | 4 | 16)
        spans = sorted((a.StartRow, a.EndRow) for a in filled.getRangeAddresses())
        end = -1
        for first, last in spans:
            rows += max(0, last - max(first, end + 1) + 1)
            end = max(end, last)
        if cells > MAX_CELLS and len(spans) > 0:
            raise Failure(
                "limit_exceeded",
                "The spreadsheet spans more than %d cells. Remove what is not needed or split it." % MAX_CELLS,
                maxCells=MAX_CELLS,
            )
        if (task.get("importFilter") or "").startswith("Text"):
            # A plain table gets no header or footer of our making.
            style = styles.getByName(sheet.PageStyle)
            style.HeaderIsOn = style.FooterIsOn = False
            # Office fits each column to the text with the most letters, which need not be the widest: what sticks out is cut off.
            sheet.getCellRangeByPosition(0, 0, used.EndColumn, 0).getColumns().OptimalWidth = True
        fit_width(sheet, styles, used)
    return rows


def fit_width(sheet, styles, used):
    if len(sheet.getPrintAreas()) > 0:
        sheet.setPrintAreas((used,))
    width = sheet.getCellRangeByPosition(0, 0, used.EndColumn, 0).Size.Width
    style = styles.getByName(sheet.PageStyle)
    room = style.Width - style.LeftMargin - style.RightMargin
    if width <= room:
        return
    if not style.IsLandscape:
        style.IsLandscape = True
        style.Width, style.Height = style.Height, style.Width
        room = style.Width - style.LeftMargin - style.RightMargin
    # Down to 40% the text can still be read; wider tables break into columns of pages.
    if room < width <= room * 2.5:
        style.ScaleToPagesX = 1
        style.ScaleToPagesY = 0


def answer(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    program, profile, pipe, home = sys.argv[1:5]
    office = Office(program, profile, pipe, home)
    sockets = socket_files(office.process.pid)
    answer({"ready": True, "version": office.version, "pid": office.process.pid, "sockets": sockets})
    tasks = []
    arrived = threading.Semaphore(0)

    def read():
        for line in sys.stdin:
            tasks.append(json.loads(line))
            arrived.release()
        for file in sockets:
            if os.path.exists(file):
                os.unlink(file)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=read, daemon=True).start()
    while True:
        arrived.acquire()
        task = tasks.pop(0)
        try:
            answer({"id": task["id"], "ok": True, **office.convert(task)})
        except Failure as failure:
            answer(
                {"id": task["id"], "ok": False, "code": failure.code, "message": str(failure), "details": failure.details}
            )
        except Exception as error:
            gone = office.gone(error)
            code = "conversion_crashed" if gone else "conversion_failed"
            what = "The document crashed Office." if gone else "Office could not write the PDF: %s" % str(error)[:200]
            answer({"id": task["id"], "ok": False, "code": code, "message": what, "details": {}})


main()
