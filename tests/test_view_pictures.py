#!/usr/bin/env python3
"""Each bundled scenario's pictures, in both themes and two sizes, against golden ones.

A golden picture is stored at 640 x 360 with 128 colours (tests/golden/pictures).  Tolerance: the mean
difference of a channel at most 1.5 of 255, and at most 0.4 % of the pixels off by more than 48.  That lets
another version of a font library place an edge a little differently, and sees what is missing or elsewhere.

UPDATE_GOLDEN=1 writes them anew; a picture that differs is left in build/pictures beside the golden one.
"""
import glob, io, json, os, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

from script_lab import need_pictures

need_pictures()
from PIL import Image, ImageChops, ImageStat

BUILD = os.environ.get("BUILD", "build")
VIEW = os.path.join(BUILD, "smtplab-view")
GOLDEN, LEFT = "tests/golden/pictures", os.path.join(BUILD, "pictures")
UPDATE = os.environ.get("UPDATE_GOLDEN")
MOMENTS = (0.45, 0.9)  # of the records
# Both moments in the smaller size, the second in the larger one, too.
LOOKS = [(0, "light", "1280x720"), (0, "dark", "1280x720"), (1, "light", "1280x720"), (1, "dark", "1280x720"),
         (1, "light", "1920x1080"), (1, "dark", "1920x1080")]
MEAN, FAR, FAR_SHARE = 1.5, 48, 0.004


def records(scenario):
    """Seqs of what a window shows, at the moments."""
    ran = subprocess.run([os.path.join(BUILD, "smtplab"), "run", scenario, "--quiet", "--trace", "-", "--layers", "core,smtp,dns,tcp,pop3"],
                         capture_output=True)
    seqs = [json.loads(line.rstrip(b",\n"))["seq"] for line in ran.stdout.splitlines()[1:-1]]
    return [seqs[int(len(seqs) * part)] for part in MOMENTS]


def draw(scenario, seq, theme, size):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.png")
        ran = subprocess.run([VIEW, scenario, "--png", path, "--record", str(seq), "--size", size, "--theme", theme],
                             capture_output=True, env={**os.environ, "DISPLAY": "", "SDL_VIDEODRIVER": "dummy"})
        if ran.returncode:
            raise RuntimeError(f"{scenario}: status {ran.returncode}: {ran.stderr.decode()[-300:]}")
        picture = Image.open(path).convert("RGB")
    return picture.resize((640, 360), Image.BOX)


def difference(a, b):
    """Mean difference of a channel, and the share of pixels that are far off."""
    if a.size != b.size:
        return 255.0, 1.0
    off = ImageChops.difference(a, b)
    mean = sum(ImageStat.Stat(off).mean) / 3
    red, green, blue = off.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    far = sum(most.histogram()[FAR + 1:]) / (a.width * a.height)
    return mean, far


def same(a, b):
    mean, far = difference(a, b)
    return mean <= MEAN and far <= FAR_SHARE


def check(job):
    scenario, index, seq, theme, size = job
    name = f"{os.path.basename(scenario)[:-5]}-{index + 1}-{theme}-{size}"
    path = os.path.join(GOLDEN, name + ".png")
    picture = draw(scenario, seq, theme, size)
    stored = io.BytesIO()
    picture.quantize(128, method=Image.MEDIANCUT, dither=Image.NONE).save(stored, "PNG", optimize=True)
    golden = Image.open(path).convert("RGB") if os.path.exists(path) else None
    if UPDATE:
        if golden is None or not same(picture, golden):
            with open(path, "wb") as f:
                f.write(stored.getvalue())
        return name, None, picture
    if golden is None:
        return name, "there is no golden picture (UPDATE_GOLDEN=1 makes it)", picture
    if same(picture, golden):
        return name, None, picture
    os.makedirs(LEFT, exist_ok=True)
    picture.save(os.path.join(LEFT, name + ".png"))
    return name, "mean %.2f, far %.4f; see %s/%s.png" % (*difference(picture, golden), LEFT, name), picture


def main():
    os.makedirs(GOLDEN, exist_ok=True)
    scenarios = sorted(path for path in glob.glob("scenarios/*.json") if "schema" not in path)
    jobs = []
    for scenario in scenarios:
        seqs = records(scenario)
        jobs += [(scenario, index, seqs[index], theme, size) for index, theme, size in LOOKS]
    failed, seen = 0, {}
    with ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count() or 1))) as pool:
        for name, wrong, picture in pool.map(check, jobs):
            failed += wrong is not None
            seen[name] = picture
            print(f"not ok {name}: {wrong}" if wrong else f"ok {name}")
    # The comparison must be able to fail: no two moments, lessons or themes are the same picture.
    for a, b in (("first-letter-1-light-1280x720", "first-letter-2-light-1280x720"),
                 ("first-letter-1-light-1280x720", "receipts-1-light-1280x720"),
                 ("first-letter-1-light-1280x720", "first-letter-1-dark-1280x720")):
        failed += same(seen[a], seen[b])
        print(f"{'not ok' if same(seen[a], seen[b]) else 'ok'} {a} is not {b}")
    size = sum(os.path.getsize(path) for path in glob.glob(GOLDEN + "/*.png"))
    failed += size > 6e6
    print(f"{'not ok' if size > 6e6 else 'ok'} the golden pictures stay small: {size}")
    unknown = {os.path.basename(path)[:-4] for path in glob.glob(GOLDEN + "/*.png")} - set(seen)
    for name in sorted(unknown):
        if UPDATE:
            os.remove(os.path.join(GOLDEN, name + ".png"))
        else:
            failed += 1
            print(f"not ok {name}: a golden picture of nothing")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
