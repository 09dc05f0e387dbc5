"""What a question asks about sayings: whose, on what, in which words. Pure; the ledger then tells who that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.matching import STOP_WORDS, normalise

SayingKind = Literal["said_about", "who_said", "did_say"]


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that is asked: whose words (``speaker`` as written; None when that is the question), and about what."""

    kind: SayingKind
    speaker: str | None
    topic: str
    quoted: tuple[str, ...] = ()
    """Words that the question puts in quotation marks."""
    plain: bool = True
    """Whether it asks for words for sure; "Who made it?", "Where did they attack?" ask for deeds as often."""

    @property
    def wanted(self) -> str:
        """The words to look for: those quoted, or else the topic."""
        return " ".join(self.quoted) or self.topic


_SPEECH = """accuse acknowledge add admit advise advocate agree allege announce answer apologise apologize argue ask assert
    attack
    blame boast brag call caution cite claim comment compare complain concede conclude condemn confirm contend contrast
    criticise criticize declare decline defend demand denounce deny describe differ dismiss disclose discuss dispute
    emphasise emphasize endorse estimate explain express give hint hope imply insist joke liken make mean mention mock name
    note offer oppose order pledge plead praise predict promise propose put question quip rate react recall recommend refuse
    reject relay remark repeat reply report request respond reveal say see sound speak stand state stress suggest support
    swear take tell testify thank think threaten tweet underline underscore urge view voice vow want warn weigh wish
    write draw lay""".split()
_DEEDS = frozenset(
    """ask attack back call decline draw give lay make name offer oppose order put rate refuse see sound speak stand support
    take weigh write""".split()
)
_PLAINLY = frozenset(
    "say says said saying tell told claim deny denied announce promise warn confirm comment admit".split()
)
_PAST = {"said": "say", "told": "tell", "thought": "think", "wrote": "write", "spoke": "speak", "gave": "give", "saw": "see",
         "meant": "mean", "made": "make", "swore": "swear", "drew": "draw", "stood": "stand", "took": "take"}  # fmt: skip
_VERBS = frozenset(_SPEECH) | frozenset(_PAST)
_SAYING_NOUNS = re.compile(
    r"\b(?:words?|line|view|views|opinion|position|stance|reaction|response|reply|answer|comeback|objection|advice|promise|"
    r"pledge|warning|denial|statement|claim|excuse|reason|reasons|argument|criticism|complaint|comment|comments|assessment|"
    r"verdict|explanation|demand|demands|impression)\b"
)
_FACT_NOUNS = frozenset(("line", "position", "reason", "reasons"))
_ROLE = re.compile(
    r"^(?:president|chancellor|minister|premier|mayor|governor|senator|congressman|congresswoman|lawmaker|spokes(?:man|woman|person)|"
    r"campaign|chief|head|director|chair(?:man|woman)?|chairperson|leader|secretary|general|officer|official|officials|police|"
    r"judge|justice|attorney|lawyer|prosecutor|economist|analyst|expert|professor|author|critic|critics|aide|aides|adviser|advisor|"
    r"manager|strategist|pollster|reporter|editor|commissioner|superintendent|master|engineer|negotiator|union|company|board|"
    r"authority|agency|office|committee|commission|court|government|ministry|inquiry|report|team|party|mother|father|wife|"
    r"husband|son|daughter|brother|sister|widow|family|employees|workers|residents|supporter|candidate|owner|founder|executive|"
    r"captain|king|queen|prince|princess|pope|clerk|doctor|nurse|teacher|student|bishop|pastor|imam|rabbi|priest|coach|player|champion|host|moderator)s?$"
)
_AUX = r"(?:did|does|do|has|have|had|was|is|were|are|would|will|could|can)"
_HAS_SPOKEN = re.compile(
    r"\s+(?:(?:has|have|had)\s+(?:[a-z]+ly\s+|ever\s+|also\s+|already\s+|been\s+)*|(?:is|are|was|were)\s+(?=\w+ing\b))(\w+)",
    re.I,
)
_CLAUSE = re.compile(rf",?\s+and\s+(?=(?:how|what|why|when|where)\s+{_AUX}\b)|;\s+", re.I)
_SUBJECT = re.compile(rf"\b{_AUX}\s+(.+)$", re.I)
_TELL = re.compile(
    r"(?:(?:please|can you|could you)\s+)?(?:tell me|show me|give me|list|find|summari[sz]e)?\s*(?:everything|all)?\s*"
    r"(?:that|what)\s+((?!(?:was|were|is|are|has|have|had|will|would|could|can|did|does|do)\b).+)$",
    re.I,
)
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been|being)\s+$", re.I)
_ACCORDING = re.compile(r"\b(?:according to|in the (?:view|words|opinion) of)\s+(.+?)(?:,|\?|$)", re.I)
_QUOTED = re.compile(r"[\"“”„«](.{3,}?)[\"“”»]|(?<!\w)['‘](.{8,}?)['’](?!\w)")
_UNSAID = re.compile(r"(?:\b(?:not|never)|n['’]t|\brefus\w+ to)\s+\w+\s+(?:the\s+(?:words?|terms?|phrase)\s+)?$", re.I)
"""What stands before words that are quoted because somebody did not say them."""
_WHY = re.compile(r"\b(?:for|by) (?:what|which) reasons?\b", re.I)
_TO_WHOM = re.compile(
    r"(?!.*\b(?:say|says|said|claim|claimed)\b)(?:(?:to|with)\s+whom\b|whom?\b.*\b(?:speak|spoken|talk|meet|deny|write)\s+(?:\w+\s+)?(?:to|with)\b)",
    re.I,
)
"""Whom somebody spoke to is nothing that he said."""
_TITLED = re.compile(
    r"\b(?:in|on|new|film|movie|show|series|sequel|book|novel|song|album|play|musical|game|magazine|drama|comedy)\s+$",
    re.I,
)
_JOINED = re.compile(r",\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning)\s+(.+?)\s+(?:in|at|of|from|to|for|with|during|after|before|by)\b", re.I
)
_WHEN_SAID = re.compile(r"\b(?:when|where|while|as)\s+(?:he|she|they|it)\s+(\w+)", re.I)
_POSSESSIVE = re.compile(r"['’]s?$")
_PERSONS = frozenset("he she they".split())
_KEEP = frozenset("of the for from at in de von van der la le del al bin ibn".split())


def read_sayings(question: str) -> tuple[Saying, ...]:
    """What a question asks about sayings, one entry for each speaker and clause; empty if it asks for something else."""
    text = _WHY.sub("why", " ".join(question.split()))
    titles = not _asks_for_words(_QUOTED.sub(" ", text))
    quoted = tuple(
        one[1] or one[2]
        for one in _QUOTED.finditer(text)
        if not _UNSAID.search(text[: one.start()]) and not (titles and _is_title(one[1] or one[2], text[: one.start()]))
    )
    if match := _ACCORDING.search(text):
        rest = (text[: match.start()] + text[match.end() :]).strip(" ,?")
        return (Saying("said_about", _trim(match[1]), rest, quoted),)
    if _asks_who(text, quoted):
        return (Saying("who_said", None, text, quoted, bool(quoted) or _asks_for_words(text)),)
    found: list[Saying] = []
    for clause in _CLAUSE.split(text):
        found += _clause(clause.strip(), quoted)
    return tuple(found)


def _is_title(quoted: str, before: str) -> bool:
    """Whether quoted words are what something is called, "in the new “Friday the 13th”": capitals all through."""
    if not _TITLED.search(before):
        return False
    words = [word for word in re.findall(r"[\w'’-]+", quoted) if word.lower() not in STOP_WORDS | _KEEP]
    return len(words) > 1 and all(not word[0].islower() for word in words)


def topic_head(topic: str) -> str:
    """What a question is about before what it says of that: "inflation" in "about inflation in Germany"; "" if unclear."""
    match = _ABOUT.search(topic)
    return match[1] if match else ""


def _asks_who(text: str, quoted: tuple[str, ...]) -> bool:
    bare = _QUOTED.sub(" ", text).strip(" -–—.,?!")
    if opening := re.match(r"(?:who|which|whose|what kind of)\b(.*)", bare, re.I):
        passive_or_asked_of = re.match(rf"\s+{_AUX}\b", opening[1], re.I) and not _speaks(opening[1])
        words = re.findall(r"[\w'-]+", opening[1])[:7]
        return bool(re.match(r"\s+(?:words?|line|phrase|view)\b", opening[1])) or (
            not passive_or_asked_of and any(is_speech(word) for word in words)
        )
    asks = re.search(
        r"\bwho (?:said|asked|told|called|wrote|says|put)\b|\bwhose (?:words?|line|phrase|view)\b", bare, re.I
    )
    if asks is None:
        return False
    before = bare[: asks.start()]  # "How did Lund answer the man who asked …?" asks for Lund's words
    return not (_clause(before, ()) if quoted else _SUBJECT.search(before))


def _speaks(text: str) -> bool:
    """Whether an auxiliary goes on with a verb of saying: "has called", "had already warned", "is calling"."""
    match = _HAS_SPOKEN.match(text)
    return bool(match and is_speech(match[1]))


def _clause(clause: str, quoted: tuple[str, ...]) -> list[Saying]:
    match = _SUBJECT.search(clause) or _TELL.match(clause)  # "Tell me what Lund said about it" is a question, too
    if not match or _TO_WHOM.match(clause):
        return []
    words = match[1].rstrip("?.! ").split()
    length = _subject_length(words)
    if not length:
        return []
    subject, rest = " ".join(words[:length]), " ".join(words[length:])
    verbs = re.findall(r"[\w'-]+", rest)[:3]
    if _POSSESSIVE.search(words[length - 1]) and verbs and not (_SAYING_NOUNS.match(verbs[0].lower())):
        return []  # "What impression did Wynn's testimony make?" is about the testimony, not in Wynn's words
    if _PASSIVE.search(clause[: match.start(1)]) and _is_passive(verbs):
        return []  # "What was Amery told?", "Was Teller accused of it?" ask for somebody else's words
    asks_saying = any(is_speech(word) for word in verbs) or bool(
        _SAYING_NOUNS.search(f"{clause[: match.start()]} {' '.join(verbs)}".lower())
    )
    if (
        quoted and not asks_saying
    ):  # "What was Brown referring to when he said '…'?" holds only if those are Brown's words
        said = _WHEN_SAID.search(rest)
        asks_saying = bool(said and is_speech(said[1]))
    if not asks_saying:
        return []
    kind: SayingKind = "did_say" if re.match(rf"\W*{_AUX}\b", clause, re.I) else "said_about"
    topic = f"{clause[: match.start()]} {rest}".strip()
    speakers = [_trim(one) for one in _JOINED.split(subject) if one.strip()]
    plain = bool(quoted) or _asks_for_words(f"{clause[: match.start()]} {' '.join(verbs)}")
    return [Saying(kind, speaker, topic, quoted, plain) for speaker in speakers if speaker]


def _asks_for_words(text: str) -> bool:
    """Whether a question has a verb or a noun of saying that is hardly used of anything else."""
    nouns = {match.group() for match in _SAYING_NOUNS.finditer(text.lower())}
    return bool(nouns - _FACT_NOUNS) or any(
        is_speech(word) and not is_deed(word) for word in re.findall(r"[\w'-]+", text)
    )


def _is_passive(verbs: list[str]) -> bool:
    """Whether the subject of "was" is spoken to or of: "told", "accused of", not "saying", nor "quoted as saying"."""
    verbs = [verb for verb in verbs if not verb.endswith("ly") and verb not in ("also", "once", "never")]
    spoken = bool(verbs) and is_speech(verbs[0]) and (verbs[0].endswith("ed") or verbs[0] in _PAST)
    return spoken and not any(verb.endswith("ing") for verb in verbs[1:])


def _subject_length(words: list[str]) -> int:
    """How many words the subject takes: up to the verb, or to the noun that it possesses."""
    if words and words[0].lower() in _PERSONS and any(word.lower() in _PLAINLY for word in words[1:3]):
        return 1
    if not any(re.match(r"\W?[^\W\d_a-z]", word) for word in words[:4]) and (length := _uncapitalised(words)):
        return length
    head = 0
    for number, word in enumerate(words):
        plain = word.strip(",\"'“”‘’")
        bare = re.sub(r"['’]s?$", "", plain)
        if bare[:1].isupper() or _ROLE.match(bare.lower()):
            told = _complement_length(words[number + 1 :]) if bare.islower() else 0
            head = max(head, number + 1 + told)
        elif head and (bare.lower() in _VERBS or is_speech(bare)):
            break
        elif head and bare.lower() not in _KEEP and bare.lower() not in ("and", "or", "each", "both"):
            rest = words[number : number + 3]
            if not any(_ROLE.match(one.lower().strip(",?")) for one in rest):
                break
        elif not head and (number > 5 or bare.lower() in _VERBS):
            return 0
    return head


def _complement_length(words: list[str]) -> int:
    """How many words tell what a role is of, up to the verb of saying: "of the port" in "of the port differ"; 0 if unclear."""
    if not words or words[0].lower() != "of":
        return 0
    has_noun = False
    for number, word in enumerate(words[1:6], 1):
        lower = word.lower()
        if has_noun and is_speech(lower):
            return number
        if not word.isalpha() or lower == "course" or lower in STOP_WORDS - _KEEP:
            return 0
        has_noun |= lower not in _KEEP
    return 0


def _trim(subject: str) -> str:
    bare = re.sub(r"^(?:the|a|an|each|both)\s+", "", subject.strip(" ,"), flags=re.I)
    return re.sub(r"['’]s?$", "", re.sub(r"\s+(?:each|both)$", "", bare))


def names_a_speaker(text: str, surname: str) -> bool:
    """Whether a paragraph names somebody where words are said: in quotation marks, by a verb of saying, "NAME: …"."""
    plain = normalise(text)
    # as letters first: most paragraphs of an article hold other names
    if surname.lower() not in plain.lower() or not re.search(rf"\b{re.escape(surname)}\b", plain, re.I):
        return False
    turn = re.match(rf"\W*(?:[\w.'-]+ ){{0,4}}{re.escape(surname)}\b[^:.!?]{{0,40}}:", plain, re.I)
    return (
        bool(turn)
        or bool(re.search(r"[\"「」『』]", plain))
        or any(is_speech(word) for word in re.findall(r"\w+", plain))
    )


def _uncapitalised(words: list[str]) -> int:
    """How many words a name in small letters takes, "did max lund say …": one to three before "say"; 0 for no name."""
    before = [word.strip(",").lower() for word in words[:4]]
    spoken = next((number for number, word in enumerate(before) if word in _PLAINLY), 0)
    name = before[:spoken]
    return 0 if any(word in STOP_WORDS - _KEEP or word == "the" for word in name) else spoken


@lru_cache(20_000)
def is_speech(word: str) -> bool:
    """Whether a word is a form of a verb of saying, as questions use them."""
    return bool(_base_forms(word) & _VERBS)


def is_of_saying(word: str) -> bool:
    """Whether a word tells that something was said, and nothing of what: "said", "reply", "reason"."""
    return is_speech(word) or bool(_SAYING_NOUNS.fullmatch(word))


@lru_cache(20_000)
def is_deed(word: str) -> bool:
    """Whether a word is a form of a verb of saying that is used of deeds as often."""
    return bool(_base_forms(word) & _DEEDS)


def _base_forms(word: str) -> frozenset[str]:
    """What a form may be a form of: "admitted" of "admit"; and the form itself."""
    lower = normalise(word).lower().strip("'")
    lower = _PAST.get(lower, lower)
    stems = {lower.removesuffix(end) for end in ("s", "d", "ed", "es", "ing")} | {
        lower.removesuffix("ed") + "e",
        lower.removesuffix("ing") + "e",
    }
    stems |= {stem[:-1] for stem in stems if len(stem) > 4 and stem[-1] == stem[-2]}  # "admitted"
    if lower.endswith("ied"):
        stems.add(lower[:-3] + "y")
    return frozenset(stems | {lower})
