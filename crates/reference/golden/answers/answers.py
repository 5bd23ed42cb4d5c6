"""Makes answers.json: what the official rules make of odd answers, as far as they can be said in Python.

    python3 answers.py > answers.json        (Python 3.11, standard library alone)

Each function describes one published rule in our own words. The answers are strings of fragments, drawn with SplitMix64 from
a seed, so that a test can draw the same ones. For every answer and profile the golden file has one character: the references
for which the rule says "correct" (bit i for reference i), plus 32 if the rule counts the answer as parsed, as a digit of base
64. Rules that raise an error count as unparsed.
"""

import json
import re

SEED = 20250602
ANSWERS = 10_000
REPLIES = 5_000
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

OPTIONS = ["a cat", "The dog runs", "2", "The dog runs to the left", "Éclair İ"]
CAPTIONS = ["Caption A: The man runs.", "Caption B: A man: he walks: slowly.", "Caption C: The man runs."]
COUNTS = [0, 2, 3, 7, 23]

FRAGMENTS = [
    *"ABCDEFGHZ", *"abcdex", *"yYnN", *"().,:;!?*'\"", " ", " ", " ", "  ", "\n", "\t", "\u001f", "\u00a0", "\u2028", "\u200b",
    "Yes", "No", "yes", "no", "YES", "nO", "Not", "know", "Y", "N", "yes,", "no.", "(yes)", "None", "null", "True",
    "(A)", "(b)", "(C", "D)", "(E)", "(F)", "**B**", "**", "[A]", "{D}", "#", "Ａ", "Ｂ", "é", "İ", "ı", "ß", "Σ", "K", "ſ", "是", "选", "答案是", "答え は", "답:", "옵션",
    "The best answer is", "The correct answer is", "The answer is", "The answer", "The best option is", "The correct option is",
    "Best answer:", "Best option:", "Answer:", "Option:", "The correct answer", "The correct option", "The The answer answer",
    "The best option isThe correct option is", "Best answer:Best option:", "answer is", "Answer IS", "my choice is", "I pick", "i choose",
    "I select", "correct answer  is ", "answer\tis **", "option", "choice is", "Based on the video", "A man", "The video shows", "I think",
    "Failed to obtain answer via API", "I can't process this file.", "Cannot determine the answer", "Sorry, I can't help with images of people yet.",
    "</s>", "</s", "s>", "```json", "```", "{\"result\": ", "{\"result\": \"B\"}", "{\"result\": C}", "{\"result\": null}", "{\"result\": \"A: B\"}",
    "[\"result\"]", "{\"result\": \"D\", \"result\": \"E\"}", "0", "1", "2", "3", "7", "23", "٢", "３", "²", "½", "07", "2.5",
    "a cat", "A CAT", "The dog runs", "the dog runs to the left", "éclair i̇", "Éclair İ",
    "Caption A", "Caption B", "Caption B.", "Caption A: The man runs.", "The man runs.", "A man", ": ", "A man: he walks: slowly.",
    "Caption B: A man: he walks: slowly.", ") The man runs.", ") A man", "Caption C: ",
]

# A judge's reply is one of each: how it opens, the score, how it closes.
REPLY_OPENINGS = [
    "{\"semantic_alignment_score\": ", "```json\n{\"justification\": \"json, good\", \"semantic_alignment_score\": ", " \n{ \"semantic_alignment_score\" :\t",
    "{\"semantic_alignment_score\": 0.3, \"semantic_alignment_score\": ", "{\"score\": ", "{\"semantic_alignment_jsonscore\": ", "[", "",
    "{\"justification\": \"a\nb\", \"semantic_alignment_score\": ", "Sure! {\"semantic_alignment_score\": ", "{'semantic_alignment_score': ", "\u00a0{\"semantic_alignment_score\": ",
]
REPLY_SCORES = [
    "0.8", "0.85", "0.725", "1", "1.0", "0", "-0", "-0.0", "-1", "-0.5", "-0.25", "1e2", "1e-5", "1E1", "1e16", "1e-4", "0.0001", "100", "1000", "12345", "0.850", "00.5", ".5", "5.", "+1",
    "NaN", "Infinity", "-Infinity", "1e999", "0.8-0.9", "true", "false", "null", "[0.8]", "[]", "{}", "\"\"", "\"0.8-0.9\"", "\"0.8 - 0.9\"", "\"0.8-0.9-1\"", "\"0.8\u20130.9\"", "\"0-1\"", "\"-0.5-1\"",
    "\"0.75\"", "\" 0.7 \"", "\" .7 \"", "\"0.7  \"", "\"n/a\"", "\"nan\"", "\"inf\"", "\"-nan\"", "\"1_0\"", "\"1__0\"", "\"_1\"", "\"\u0660.\u0665\"", "\"1_0.5-2_0.5\"", "\"0.8-\"", "\"0.80-\"", "\"+0.5\"",
    "\".5\"", "\"5.\"", "\"5._1\"", "\"high-low\"", "\"1e1\"", "\"1e1-2e1\"", "\"1e-1\"", "\"1e-01\"", "\"0x1\"", "\"\\u0030.5\"", "\"inf-1.0\"", "\"1e9\u20283\"", "\"\u20280.5\"", "not JSON", "'0.5'", "json0.5", "0.```5",
]
REPLY_CLOSINGS = ["}", "}\n```", " } ", "```}```", "", "}}", ", \"justification\": \"{}\"}", "]", "}\u00a0", "} Done."]


def splitmix(seed):
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        yield z ^ (z >> 31)


def strings(seed, fragments, count, longest):
    """Strings of 0 to `longest` fragments."""
    draw = splitmix(seed)
    return ["".join(fragments[next(draw) % len(fragments)] for _ in range(next(draw) % (longest + 1))) for _ in range(count)]


LETTERS = [chr(ord("A") + i) for i in range(len(OPTIONS))]


def letter_read(letter, parsed=None):
    """A rule that reads a letter, whatever the reference."""
    return [letter == reference for reference in LETTERS], bool(letter) if parsed is None else parsed


def ipv_choice(answer):
    text = answer.lower()
    for c in ".()":
        text = text.replace(c, "")
    first = text.strip()[:1]
    return [first == reference.lower() for reference in LETTERS], first in [reference.lower() for reference in LETTERS]


def ipv_judgement(answer):
    text = answer.lower()
    for c in ".()":
        text = text.replace(c, "")
    word = text.strip()[:3].replace(",", "").strip()
    return [word == "no", word == "yes"], word in ("no", "yes")


def mvbench(answer):
    word = answer.lower().split(" ")[0]
    fits = []
    for reference in LETTERS:
        name = f"({reference.lower()})"
        fits.append(word.replace(".", "") in name or name in word)
    return fits, any(fits)


def first_of(answer, phrases, pattern):
    text = answer.strip()
    for phrase in phrases:
        text = text.replace(phrase, "")
    found = re.search(pattern, text)
    return letter_read(found[0] if found else "")


def video_mme(answer):
    glued = ["The best option is" "The correct option is", "Best answer:" "Best option:"]
    phrases = ["The best answer is", "The correct answer is", "The answer is", "The answer", *glued]
    return first_of(answer, [*phrases, "Answer:", "Option:", "The correct answer", "The correct option"], "[ABCD]")


def long_video_bench(answer):
    phrases = ["The best answer is", "The correct answer is", "The answer is", "The answer", "The best option is"]
    return first_of(answer, [*phrases, "The correct option is", "Best answer:", "Best option:"], "[ABCDE]")


def tempcompass_choice(answer):
    text = answer.replace("</s>", "")
    if text in list("ABCD") or re.match(r"[ABCD][.)]", text):
        return letter_read(text[0])
    return letter_read("")


def tempcompass_yes_no(answer):
    text = answer.replace("</s>", "").lower()
    yes, no = text.startswith("yes"), text.startswith("no")
    return [no, yes], yes or no


def tempcompass_captions(answer):
    text = answer.replace("</s>", "")
    parts = [option.split(": ") for option in CAPTIONS]
    said = None
    for option in CAPTIONS:
        said = option if option == text else said
    for part in parts:
        bracketed = text.split(") ")[1] if ") " in text else None
        said = part[1] if part[1] in (text, bracketed) else said
    for name in [part[0] for part in parts] + [part[0].split()[1] for part in parts]:
        said = name if name in (text, text.replace(".", "")) else said
    right = [said is not None and said in (option, *part[:2], part[0].split()[1]) for option, part in zip(CAPTIONS, parts)]
    return right, said is not None


def ovo_choice(answer):
    fits = [reference in answer for reference in LETTERS]
    return fits, any(fits)


def ovo_yes_no(answer):
    no = answer == "N" or (answer != "Y" and "No" in answer)
    yes = answer == "Y" or (answer != "N" and "Yes" in answer)
    return [no, yes], no or yes


def ovo_count(answer):
    digits = "".join(re.findall(r"\d+", answer))
    return [digits == str(reference) for reference in COUNTS], digits != ""


def vnbench_a(answer):
    text = answer.split(".")[0]
    return letter_read(next((letter for letter in "ABCD" if letter in text), ""))


def vnbench_b(answer):
    return letter_read(answer[:1] if answer[:1] in LETTERS else "")


def mlvu(answer):
    text = answer
    if ")" in text:
        at = text.index(")")
        text = text[max(at - 1, 0):at]
    return letter_read(text if text in LETTERS else "")


def lmms_eval(answer):
    text = answer.strip()
    if not text:
        return letter_read("")
    for c in ",.!?;:'\"":
        text = text.strip(c)
    text = f" {text} "
    core = text.strip()
    candidates = []
    for rank, shape in ((6, "({})"), (5, "{}."), (4, "{}:"), (3, "{})"), (2, "{} ")):
        candidates += [(rank, text.rfind(shape.format(c)), c) for c in LETTERS if shape.format(c) in text]
    kinds = [f"{kind} {noun} is" for noun in ("answer", "option") for kind in ("correct", "best")] + ["correct choice is"]
    phrases = ["answer is", "choice is", *kinds, *(f"the {kind}" for kind in kinds), "the answer is", "the choice is"]
    phrases += ["i choose", "i select", "i pick", "my answer is", "my choice is"]
    phrases += ["옵션", "정답은", "답은", "답:", "答案是", "答案为", "选", "答えは"]
    for phrase in phrases:
        at = text.lower().find(phrase)
        if at >= 0:
            candidates += [(7, text.find(c, at + len(phrase)), c) for c in LETTERS if c in text[at + len(phrase):]]
    candidates += [(10, 0, c) for c in LETTERS if core.startswith(c) and not core[1:2].isalpha()]
    candidates += [(9, 0, c) for c in LETTERS if core.endswith(c) and (len(core) == 1 or not core[-2].isalpha())]
    candidates = candidates or [(0, text.rfind(c), c) for c in LETTERS if c in text]
    return letter_read(max(candidates)[2] if candidates else "")


def vlmevalkit(answer):
    def by_letter():
        if "Failed to obtain answer via API" in answer:
            return None
        refusals = ["Sorry, I can't help with images of people yet.", "I can't process this file."]
        refusals += ["I'm sorry, but without the image provided", "Cannot determine the answer"]
        if any(refusal in answer for refusal in refusals):
            return "Z"
        words = re.sub(r"[.()\[\],:;!*#{}]", " ", answer).split()
        present = [letter for letter in LETTERS if letter in words]
        if len(present) == 1 and words.index(present[0]) > len(words) - 5:
            return present[0]
        if not present and "Z" in words:
            return "Z"
        announced = re.search(r"(?i:answer\s+is)\s+\**([ABCD])\**(?![A-Za-z0-9])", answer)
        return announced[1] if announced and announced[1] in LETTERS else None

    letter = by_letter()
    if not letter:
        lower = answer.lower()
        present = [c for c, option in zip(LETTERS, OPTIONS) if option.lower() in lower]
        short = len(lower) <= 2 * sum(len(option) for option in OPTIONS)
        letter = present[0] if short and len(present) == 1 else ""
    return letter_read("" if letter == "Z" else letter)


def cg_bench(answer):
    block = re.search(r"```json(.*?)```", answer, re.DOTALL)
    content = block[1].strip() if block else ""
    if content:
        content = re.sub(r"(?<=:\s)([A-Za-z_]\w*)", r'"\1"', content)
        try:
            result = json.loads(content)["result"]
            return [result == reference for reference in LETTERS], True
        except (ValueError, TypeError, KeyError):
            pass
    found = re.findall(r"\b[A-H]\b", answer)
    return [reference in found for reference in LETTERS], bool(found)


def loki_yes_no(answer):
    text = answer.lower().strip().replace(".", "")
    if text in ("yes", "y") or (len(text) > 1 and "yes" in text[:4]):
        return [False, True], True
    if text in ("no", "n") or (len(text) > 1 and "no" in text[:4]):
        return [True, False], True
    return [False, False], False


def judge_reply(reply):
    """A score; "u" where the reply is no JSON; "s" where the script would end with an error or print nan."""
    try:
        data = json.loads(reply.replace("json", "").replace("```", ""))
    except ValueError:
        return "u"
    try:
        shown = str(data["semantic_alignment_score"])
        if len(shown) > 4:
            lower, upper = shown.split("-")[:2]
            score = (float(lower) + float(upper)) / 2
        else:
            score = float(shown)
    except (ValueError, TypeError, KeyError):
        return "s"
    return score if abs(score) < float("inf") else "s"


def code(rule, answers):
    out = ""
    for answer in answers:
        fits, parsed = rule(answer)
        out += DIGITS[sum(1 << i for i, fit in enumerate(fits) if fit) + 32 * parsed]
    return out


if __name__ == "__main__":
    answers = strings(SEED, FRAGMENTS, ANSWERS, 6)
    draw = splitmix(SEED)
    parts = (REPLY_OPENINGS, REPLY_SCORES, REPLY_CLOSINGS)
    replies = ["".join(part[next(draw) % len(part)] for part in parts) for _ in range(REPLIES)]
    choice = {
        "ipv-official": ipv_choice, "mvbench-official": mvbench, "video-mme-official": video_mme,
        "tempcompass-official": tempcompass_choice, "ovo-official": ovo_choice, "vnbench-official-a": vnbench_a,
        "vnbench-official-b": vnbench_b, "lmms-eval": lmms_eval, "vlmevalkit": vlmevalkit, "mlvu-official": mlvu,
        "longvideobench-official": long_video_bench, "cg-bench-official": cg_bench,
    }
    yes_no = {
        "ipv-official": ipv_judgement, "tempcompass-official": tempcompass_yes_no, "ovo-official": ovo_yes_no,
        "loki-official": loki_yes_no,
    }
    golden = {
        "seed": SEED,
        "options": OPTIONS,
        "captions": CAPTIONS,
        "counts": COUNTS,
        "fragments": FRAGMENTS,
        "longest": 6,
        "choice": {name: code(rule, answers) for name, rule in choice.items()},
        "yes-no": {name: code(rule, answers) for name, rule in yes_no.items()},
        "caption-matching": {"tempcompass-official": code(tempcompass_captions, answers)},
        "count": {"ovo-official": code(ovo_count, answers)},
        "reply-parts": parts,
        "replies": [judge_reply(reply) for reply in replies],
    }
    print(json.dumps(golden, ensure_ascii=True, indent=0))
