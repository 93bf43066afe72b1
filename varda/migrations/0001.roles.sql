-- Why: the application must not be able to change the log or old versions (PDL 3:14, 4:3), so it works under a role of its own.
-- Roles belong to the whole server: they may exist already, or be made at this moment by somebody migrating another database.
do $roles$
declare
    wanted text;
begin
    foreach wanted in array array['varda_app', 'varda_keeper'] loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute 'create role ' || wanted || ' nologin';
            end if;
        exception when duplicate_object or unique_violation then
            null;
        end;
        if not pg_has_role(current_user, wanted, 'set') then
            execute 'grant ' || wanted || ' to current_user';
        end if;
    end loop;
end
$roles$;
