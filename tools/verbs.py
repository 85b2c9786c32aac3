"""Verbs that names of functions may begin with; tools/measure_style.py counts them.

Adjectives, nouns and participles that are also verbs (`open`, `answer`, `closed`) are
here only where code uses them as an order. `is`, `has`, `may` and the like begin the
names of predicates.
"""

VERBS = frozenset(
    """
    accept accepts acknowledge add adjudicate admit admits agree align allow analyse
    announce answer append apply approve archive are argue ask authenticate authorize
    bar begin bind block break bring build bury call calm can cancel capture catch
    change check choose claim clean clear close collect color compare complete compose
    compute confirm connect consent contact convert copy correct cosign count cover
    covers create cut decide declare decline decode default delete deliver derive
    describe detect deviate disable disclose discover disguise display do doubt draft
    draw drop edit empty enable encode end enqueue entomb erase escalate escape evolve
    exchange exists expire explain export extract fail fetch fetches fill filter find
    finds finish fit flag fold follow forget form format forward free freeze gain
    generate get give gives go grade grant group hand handle has hash hear hide hold
    hurry identify import include increase insert inspect interpolate invite is issue
    iterate join judge keep kick know knows lack lacks last lead leak leave lengthen
    limit link list listen load lock log look looks lookup loop lower make mark mask
    match may measure merge move must mute need needs normalize note notice notify offer
    open order overlap overlaps pair parse pause perform pick pin place plan play
    post postpone prepare press preview print probe process propose prove prune publish
    purge push put query raise read receive recognise recognises record redeem redirect
    redraw refresh refuse register relate release remember remind remove rename render
    repair replace reply report request require resample reset resolve rest resume retry
    return revoke rotate round route rule run sample save scan schedule score scrub seal
    search see seek select send sequence serve set settle share should show shred sign
    silence skip slow sniff sort speak spell spells split spread start state stop store
    stream stretch strip submit subscribe subtract sum summarise summarize swap
    synthesise synthesize take talk tell test thaw throttle tick tighten time to trace
    track train transcribe translate trim trust try turn type unarchive unbar undo
    unfurl unlock unpin unseal unshare unsubscribe unwrap update upgrade upsert use
    validate verify view visit wait walk want wants warn was watch withdraw word work
    wrap write yield
    """.split()
)
