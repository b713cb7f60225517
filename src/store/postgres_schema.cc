#include "store/postgres_schema.h"

namespace signet::store {
namespace {

// As fold_account_name (identity/account.h) has names.
constexpr std::string_view kAccounts = R"(
CREATE TABLE signet.accounts (
    name text PRIMARY KEY
        CHECK (name ~ '^[!#$&(-.0-\[\]-~]{1,255}$' AND name !~ '^\.' AND name = lower(name)),
    password text CHECK (password !~* '^\{(SCRAM|CRAM)'),
    verifiers text[] NOT NULL DEFAULT '{}'
        CHECK (array_to_string(verifiers, ' ', '?') ~ '^(SCRAM-SHA-(1|256|512)\$[^ ]+( |$))*$'),
    enabled boolean NOT NULL DEFAULT true,
    may_submit boolean NOT NULL DEFAULT true,
    send_as text[] NOT NULL DEFAULT '{}',
    groups text[] NOT NULL DEFAULT '{}',
    allow_nets cidr[] NOT NULL DEFAULT '{}',
    messages_per_hour integer CHECK (messages_per_hour >= 0),
    recipients_per_hour integer CHECK (recipients_per_hour >= 0),
    message_recipients integer CHECK (message_recipients BETWEEN 0 AND 1000000),
    message_size bigint CHECK (message_size BETWEEN 0 AND 1099511627776),
    created timestamptz NOT NULL DEFAULT now(),
    changed timestamptz NOT NULL DEFAULT now(),
    revision bigint NOT NULL DEFAULT 0,
    renewed integer NOT NULL DEFAULT 0
);
CREATE SEQUENCE signet.revisions;

-- A password that is kept in another form (`renewed` says so) is no change to anybody; all else is
-- one, and ends the sessions that rest on what was there.
CREATE FUNCTION signet.account_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.renewed <> OLD.renewed THEN
        RETURN NEW;
    END IF;
    NEW.revision := nextval('signet.revisions');
    IF TG_OP = 'UPDATE' THEN
        NEW.changed := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_changes BEFORE INSERT OR UPDATE ON signet.accounts
    FOR EACH ROW EXECUTE FUNCTION signet.account_changes();

CREATE FUNCTION signet.account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('signet_accounts', '');
    RETURN NULL;
END $$;
CREATE TRIGGER account_changed AFTER INSERT OR DELETE OR TRUNCATE ON signet.accounts
    FOR EACH STATEMENT EXECUTE FUNCTION signet.account_changed();
CREATE TRIGGER account_updated AFTER UPDATE ON signet.accounts
    FOR EACH ROW WHEN (OLD.revision IS DISTINCT FROM NEW.revision)
    EXECUTE FUNCTION signet.account_changed();
)";

constexpr PostgresStep kSteps[] = {
    {1, "the table signet.accounts, which says when it changes", kAccounts},
};

constexpr std::string_view kBegin = R"(
BEGIN;
SELECT pg_advisory_xact_lock(hashtextextended('signet migrations', 0));
CREATE SCHEMA IF NOT EXISTS signet;
CREATE TABLE IF NOT EXISTS signet.migrations (
    version integer PRIMARY KEY,
    what text NOT NULL,
    done timestamptz NOT NULL DEFAULT now()
);
)";

// Inside one statement, so that nothing has to be decided between two of them.  The tag of the
// inner text is not one that a step has in it.
std::string once(const PostgresStep& step) {
    const auto number = std::to_string(step.version);
    return "DO $signet$ BEGIN\n"
           "IF NOT EXISTS (SELECT FROM signet.migrations WHERE version = " +
           number + ") THEN\nEXECUTE $step$" + std::string{step.sql} +
           "$step$;\nINSERT INTO signet.migrations (version, what) VALUES (" + number + ", '" +
           std::string{step.what} + "');\nEND IF;\nEND $signet$;\n";
}

}  // namespace

constinit const std::string_view kFindOwnAccount =
    "SELECT name, password, verifiers, enabled, may_submit, send_as, groups, allow_nets, "
    "messages_per_hour, recipients_per_hour, message_recipients, message_size, revision "
    "FROM signet.accounts WHERE name = $1";

constinit const std::string_view kCountOwnVerifiers =
    "SELECT k.kind, coalesce(split_part(split_part(v.text, '$', 2), ':', 1), '') AS rounds, "
    "count(*) AS accounts FROM signet.accounts a "
    "CROSS JOIN (VALUES ('SCRAM-SHA-1'), ('SCRAM-SHA-256'), ('SCRAM-SHA-512')) k (kind) "
    "LEFT JOIN LATERAL unnest(a.verifiers) v (text) ON starts_with(v.text, k.kind || '$') "
    "WHERE a.enabled AND a.may_submit AND (a.password IS NOT NULL OR a.verifiers <> '{}') "
    "GROUP BY 1, 2";

constinit const std::string_view kRenewOwnAccount =
    "UPDATE signet.accounts SET password = $3, verifiers = $4::text[], renewed = renewed + 1 "
    "WHERE name = $1 AND revision = $2::bigint RETURNING name";

std::span<const PostgresStep> postgres_steps() { return kSteps; }

std::vector<std::string> postgres_migration() {
    std::vector<std::string> all{std::string{kBegin}};
    for (const auto& step : kSteps) all.push_back(once(step));
    all.emplace_back("COMMIT");
    return all;
}

}  // namespace signet::store
